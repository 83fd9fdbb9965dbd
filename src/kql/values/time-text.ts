/** A text that may have been a datetime or a timespan, which stored dynamics cannot tell from a string. */
export const TIME_TEXT =
  '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{7}Z$|^-?(\\d+\\.)?\\d\\d:\\d\\d:\\d\\d(\\.\\d{7})?$'
