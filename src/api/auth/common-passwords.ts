/**
 * Passwords that are tried first: public lists of the most used ones of 12 characters and more, the habits of
 * Vietnamese keyboards and hospitals among them. Lower case, without diacritics.
 */
export const commonPasswords: ReadonlySet<string> = new Set(
  `
123456789012 1234567890123 12345678901234 123456789123 123456789123456 1234567891011 12345678910 012345678901 0123456789012
111111111111 000000000000 222222222222 666666666666 888888888888 999999999999 121212121212 123123123123 123123123123123
112233445566 111222333444 123321123321 987654321098 098765432109 147258369147 147258369000 159753159753 102030405060
1q2w3e4r5t6y 1q2w3e4r5t6y7u 1q2w3e4r5t6y7u8i 1qaz2wsx3edc 1qaz2wsx3edc4rfv qazwsxedcrfv qazwsxedcrfvtgb zaq12wsxcde3 zaq1zaq1zaq1
qwertyuiop123 qwertyuiop12 qwertyuiop[] qwertyuiopas qwerty123456 qwerty1234567 qwerty12345678 qwertyqwerty asdfghjkl123 asdfghjkl;'
zxcvbnm12345 zxcvbnm123456 q1w2e3r4t5y6 a1b2c3d4e5f6 abcd12345678 abc123456789 abcdefghijkl abcdefgh1234 abcd1234abcd aa123456789a
password1234 password12345 password123456 password2020 password2021 password2022 password2023 password2024 password2025 password2026
passwordpassword mypassword123 newpassword1 newpassword123 changepassword changeme1234 changeme12345 letmein12345 letmeinletmein
welcome12345 welcome123456 welcometo123 iloveyou1234 iloveyou12345 iloveyouforever iloveyousomuch iloveyouiloveyou ilovemyfamily
administrator administrator1 administrator123 adminadmin123 adminadminadmin admin1234567 admin12345678 admin123456789 rootrootroot
superadmin123 sysadmin12345 useruseruser test12345678 testtesttest testing12345 default12345 temporary123 temppassword
football1234 footballfootball baseball1234 basketball12 superman1234 princess1234 sunshine1234 dragon123456 monkey123456 master123456
shadow123456 michael12345 jennifer1234 charlie12345 computer1234 internet1234 samsung12345 google123456 facebook1234 microsoft123
liverpool123 chelsea12345 manchester12 manchesterunited realmadrid12 barcelona123 championsleague trustno1trustno1 whatever1234
p@ssw0rd1234 p@ssw0rd12345 p@ssword1234 passw0rd1234 pa$$word1234 pa$$w0rd1234 p@$$w0rd1234 p@55w0rd1234 passwort1234 motdepasse123
matkhau12345 matkhau123456 matkhau1234567 matkhaumatkhau matkhaucuatoi matkhaumoi123 matkhaumacdinh khongcomatkhau khongbiet123
anhyeuem1234 anhyeuem123456 emyeuanh1234 emyeuanh123456 yeuem1234567 anhyeuemnhieu anhyeuemmaimai yeunhautrondoi chungtayeunhau
conyeubome123 bomeyeucon123 giadinhtoi123 giadinhlaso1 vietnam12345 vietnam123456 vietnamvodich vietnam2024vn vietnammuonnam
hanoi1234567 hanoi12345678 saigon123456 tphcm1234567 danang123456 haiphong1234 nguyenvana123 nguyenvanan1 nguyenthithu
xinchao12345 xinchao123456 camonnhieu12 tinhyeucuaem hanhphuc1234 hoahong12345 meoconxinhxan sinhnhat1234 thanhcong123
benhvien1234 benhvien12345 benhvien123456 benhvienhuyen benhviendakhoa benhvientinh xetnghiem123 xetnghiem1234 xetnghiem12345
xetnghiem2024 xetnghiem2025 xetnghiem2026 khoaxetnghiem khoaxetnghiem1 khoaxetnghiem123 kythuatvien1 kythuatvien123 bacsi1234567
bacsi12345678 yta123456789 dieuduong123 dieuduong1234 huyethoc1234 sinhhoa12345 hoasinh12345 visinh123456 trungtamyte1
trungtamyte123 truongkhoa123 phongkham123 laboratory12 laboratory123 laboratory1234 labpassword1 hospital1234 hospital12345
technician12 technician123 technician1234 doctor123456 doctor1234567 nurse1234567 medical12345 bloodbank123 hematology12 hematology123
chemistry123 chemistry1234 analyzer1234 cuvette12345 cuvette123456 cuvettecuvette
`
    .trim()
    .split(/\s+/),
);

/** Words that stay common whatever figures and signs are put around them. */
export const commonWords: ReadonlySet<string> = new Set(
  `
password passwords passwort motdepasse matkhau matkhaumoi matkhaucu matkhaucuatoi changeme changepassword letmein welcome secret
admin administrator root superuser superadmin user test testing tester default temporary guest demo login
qwerty qwertyuiop asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx qazwsxedc abc abcd abcdef abcdefgh
iloveyou loveyou lovely sunshine princess dragon monkey master shadow superman batman football baseball basketball
michael jennifer charlie jordan ashley daniel computer internet samsung google facebook microsoft windows
anhyeuem emyeuanh yeuem yeuanh anhyeu emyeu iuem vietnam hanoi saigon tphcm danang haiphong cantho nghean thanhhoa
nguyen nguyenvana nguyenvan nguyenthi tran xinchao camon giadinh hanhphuc thanhcong conyeu bome
benhvien benhviendakhoa xetnghiem khoaxetnghiem phongxetnghiem kythuatvien bacsi yta dieuduong huyethoc hoasinh sinhhoa visinh
trungtamyte truongkhoa phongkham laboratory lab hospital technician doctor nurse medical hematology chemistry analyzer
`
    .trim()
    .split(/\s+/),
);
