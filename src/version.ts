/** The product's version; package.json says the same (a test holds them equal). */
export const version = '0.1.0';
