import type { Registration } from '../../acts/registration.ts';

/** An invented person of the demonstration. */
export interface DemoPerson {
  readonly id: string;
  readonly name: string;
  readonly sex: 'female' | 'male';
  readonly birthDate: string;
  readonly illness?: 'anaemia' | 'kidney' | 'diabetes' | 'liver' | 'infection';
}

type Row = readonly [name: string, sex: DemoPerson['sex'], birthDate: string, illness?: DemoPerson['illness']];

const numbered =
  (first: number) =>
  ([name, sex, birthDate, illness]: Row, place: number): DemoPerson => ({
    id: `BN${first + place}`,
    name,
    sex,
    birthDate,
    ...(illness === undefined ? {} : { illness }),
  });

const regularRows: readonly Row[] = [
  ['Nguyễn Thị Lan', 'female', '1987-03-12', 'anaemia'],
  ['Trần Văn Hùng', 'male', '1952-11-02', 'kidney'],
  ['Lê Thị Thu Hà', 'female', '1994-07-25'],
  ['Phạm Quốc Khánh', 'male', '1979-09-02', 'liver'],
  ['Hoàng Thị Đào', 'female', '1990-01-30'],
  ['Vũ Đình Toàn', 'male', '1963-05-17', 'diabetes'],
  ['Đặng Thị Ngọc Ánh', 'female', '2001-12-08'],
  ['Bùi Văn Phúc', 'male', '1948', 'infection'],
  ['Đỗ Thị Hương', 'female', '1971-06-21'],
  ['Lý A Páo', 'male', '1990-02'],
  ['Hồ Thị Mỹ Dung', 'female', '1983-10-14'],
  ['Ngô Gia Bảo', 'male', '1999-08-09'],
];

const otherRows: readonly Row[] = [
  ['Trịnh Thu Trang', 'female', '2001-04-04'],
  ['Cao Xuân Trường', 'male', '1982-11-21'],
  ['Tạ Thị Ngân', 'female', '1969-09-09'],
  ['Hà Văn Thắng', 'male', '1977-05-05'],
  ['Dương Thị Kim Oanh', 'female', '1995-01-25'],
  ['Phan Văn Hải', 'male', '1960-03-17'],
  ['Lâm Thị Bích', 'female', '2019-08-18'],
  ['Ngô Đức Anh', 'male', '2019-03-02'],
];

/** Who has been here before: their values of today follow from those of the days before. */
export const regulars: readonly DemoPerson[] = regularRows.map(numbered(100_001));
/** Who comes for the first time, to the analyzers whose values are made of their drivers' vectors. */
export const newcomers: readonly DemoPerson[] = otherRows.map(numbered(100_101));

const wards = ['Khoa Nội', 'Khoa Ngoại', 'Khoa Sản', 'Khoa Nhi', 'Khoa Cấp cứu', 'Phòng khám'];
const doctors = ['BS. Nguyễn Văn An', 'BS. Trần Thị Bình', 'BS. Lê Minh Châu'];
const priorities = ['routine', 'routine', 'routine', 'urgent', 'routine', 'stat'] as const;

/** The registration number `turn` of the demonstration, for what an analyzer can run. */
export function demoRegistration(person: DemoPerson, turn: number, orders: readonly string[]): Registration {
  const { id, name, sex, birthDate } = person;
  return {
    patient: { id, name, sex, birthDate },
    orders,
    priority: priorities[turn % priorities.length] ?? 'routine',
    ward: wards[turn % wards.length],
    requester: doctors[turn % doctors.length],
  };
}
