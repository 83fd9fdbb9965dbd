/** What of a KQL text is no code: comments and quoted text; verbatim strings know no backslash. */
export const COMMENTS_AND_STRINGS = /\/\/[^\n]*|@"[^"]*"|@'[^']*'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g
