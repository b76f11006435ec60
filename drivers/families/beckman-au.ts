/** What the AU analyzers of Beckman Coulter have in common: the same words at other places. */

/** Rack, cup, kind of specimen and sample number: the same in results and requests. */
export const auPlace = '(?<rack>.{4})(?<cup>[ \\d]{2})(?<type>[ UXW])(?<no>[ \\dEP]\\d{3})';

export const auFlagWords = {
  N: 'normal',
  H: 'above the reference range',
  L: 'below the reference range',
  ph: 'above the critical limit',
  pl: 'below the critical limit',
  '#': 'not enough sample',
  '%': 'clot detected',
  '?': 'the result could not be calculated',
  F: 'above the measuring range',
  G: 'below the measuring range',
  R: 'not enough reagent',
};
