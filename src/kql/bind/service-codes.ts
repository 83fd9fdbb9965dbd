/** Codes of the language service that several modules ask about. */

/** Codes of the service's syntax errors end here; the semantic ones begin at KS100. */
const LAST_SYNTAX_CODE = 99
/** «Query operator expected»: the real engine's grammar knows the operators, so `| wher x` does not parse there. */
export const NO_OPERATOR = 'KS176'
/** «The incomplete fragment is unexpected»: what follows a `let` without a name, for example. */
export const INCOMPLETE = 'KS198'

export const isSyntaxCode = (serviceCode: string): boolean =>
  Number(serviceCode.slice(2)) <= LAST_SYNTAX_CODE || serviceCode === NO_OPERATOR

/** «The name … does not refer to any known column, table, variable or function». */
export const UNKNOWN_NAME = 'KS142'
