/** Functions that give another value each time. */
export const FICKLE: ReadonlySet<string> = new Set(['rand', 'new_guid'])
