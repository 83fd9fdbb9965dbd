/** The bytes of JSON text in UTF-8 that the scanners of answers look for. */
export const SPACE = 0x20
export const QUOTE = 0x22
export const PLUS = 0x2b
export const COMMA = 0x2c
export const POINT = 0x2e
export const NINE = 0x39
export const OPEN_LIST = 0x5b
export const BACKSLASH = 0x5c
export const CLOSE_LIST = 0x5d
export const OPEN_BAG = 0x7b
export const CLOSE_BAG = 0x7d
