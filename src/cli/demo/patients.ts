import type { Registration } from '../../acts/registration.ts';

/** Invented people of the demonstration. */
const people = [
  ['Nguyễn Thị Lan', 'female', '1987-03-12'],
  ['Trần Văn Hùng', 'male', '1952-11-02'],
  ['Lê Thị Thu Hà', 'female', '1994-07-25'],
  ['Phạm Quốc Khánh', 'male', '1979-09-02'],
  ['Hoàng Thị Đào', 'female', '2019-01-30'],
  ['Vũ Đình Toàn', 'male', '1963-05-17'],
  ['Đặng Thị Ngọc Ánh', 'female', '2001-12-08'],
  ['Bùi Văn Phúc', 'male', '1948'],
  ['Đỗ Thị Hương', 'female', '1971-06-21'],
  ['Lý A Páo', 'male', '1990-02'],
  ['Hồ Thị Mỹ Dung', 'female', '1983-10-14'],
  ['Ngô Gia Bảo', 'male', '2015-08-09'],
] as const;

const wards = ['Khoa Nội', 'Khoa Ngoại', 'Khoa Sản', 'Khoa Nhi', 'Khoa Cấp cứu', 'Phòng khám'];
const doctors = ['BS. Nguyễn Văn An', 'BS. Trần Thị Bình', 'BS. Lê Minh Châu'];
const priorities = ['routine', 'routine', 'routine', 'urgent', 'routine', 'stat'] as const;

/** The registration number `turn` of the demonstration, for what an analyzer can run. */
export function demoRegistration(turn: number, orders: readonly string[]): Registration {
  const person = people[turn % people.length] ?? people[0];
  const [name, sex, birthDate] = person;
  return {
    patient: { id: `BN${String(100_001 + (turn % people.length))}`, name, sex, birthDate },
    orders,
    priority: priorities[turn % priorities.length] ?? 'routine',
    ward: wards[turn % wards.length],
    requester: doctors[turn % doctors.length],
  };
}
