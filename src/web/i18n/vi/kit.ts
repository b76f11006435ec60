/** From a capture to a driver. */
export const kit = {
  title: 'Thêm máy lạ từ bản ghi',
  explain: 'Ghi lại những gì máy gửi (cuvette record), đưa tệp vào đây. Cuvette đề nghị một driver; bạn xem rồi giữ.',
  ask: 'Việc này do quản trị làm. Ghi lại dây của máy bằng cuvette record rồi gửi tệp cho quản trị.',
  file: 'Tệp bản ghi',
  fileHint: 'byte của dây, bản ghi ASTM, HL7, chữ in, nhật ký hay hex; tối đa 16 MB',
  vendor: 'Hãng',
  model: 'Máy',
  propose: 'Đề nghị driver',
  proposal: 'Đề nghị {{driver}}',
  account:
    '{{rows}} dòng có giá trị: {{observations}} thành kết quả, {{attachments}} là hình, {{held}} không đọc được.',
  unknown: 'Chưa biết, cần người xem',
  found: 'Đã nhận ra',
  codes: '{{n}} mã máy gửi',
  columns: { code: 'Mã', times: 'Số lần', unit: 'Đơn vị', analyte: 'Xét nghiệm', why: 'Vì sao' },
  open: 'chưa biết',
  sample: 'Những giá trị đầu, như driver này đọc',
  save: 'Giữ driver {{driver}}',
  replace: 'Thay driver {{driver}} đã có',
  kept: 'Đã có driver {{driver}}. Thêm dòng này vào lab.yaml rồi khởi động lại:',
};
