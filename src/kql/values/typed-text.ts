import { formatDatetime, parseDatetime } from './datetime.ts'

/** Datetimes, timespans and guids as the text that they are inside of dynamics, where nothing tells them from a string. */
export const DATETIME_TEXT = '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{7}Z$'
export const TIMESPAN_TEXT = '^-?(\\d+\\.)?\\d\\d:\\d\\d:\\d\\d(\\.\\d{7})?$'

export const GUID_TEXT = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'

/** A text that may have been a time. */
export const TIME_TEXT = `${DATETIME_TEXT}|${TIMESPAN_TEXT}`

const time = new RegExp(TIME_TEXT)
// A text of JSON may have other letters than those that the service prints.
const guid = new RegExp(GUID_TEXT, 'i')

/** May the text have been a datetime or a timespan? */
export const mayBeTime = (text: string): boolean => time.test(text)
/** May the text have been a guid? */
export const mayBeGuid = (text: string): boolean => guid.test(text)

/** A text of JSON that parse_json() takes for a datetime; without a zone it is UTC. */
const ISO_TIME = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,7})?Z?'

/** Compact JSON that may have one, for DuckDB to find out. */
export const HAS_ISO_TIME = `"${ISO_TIME}"(?:[^:]|$)`

const isoTimes = new RegExp(`(?<!\\\\)"(${ISO_TIME})"(?!:)`, 'g')

/**
 * Compact JSON with such texts as datetimes are inside of dynamics: `"2021-11-18T00:03:35"` is
 * `"2021-11-18T00:03:35.0000000Z"` (https://github.com/MicrosoftDocs/dataexplorer-docs/issues/914). Whether other forms
 * become datetimes no source says. Quotes inside of a text are escaped, so each other one begins or ends a text.
 */
export function withTypedTimes(json: string): string {
  return json.replace(isoTimes, (text, time: string) => {
    const ticks = parseDatetime(time)
    return ticks === undefined ? text : `"${formatDatetime(ticks)}"`
  })
}
