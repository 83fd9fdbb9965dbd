import { quoteIdentifier } from '../duckdb/storage.ts'
import type { SqlCte, SqlExpr, SqlFrom, SqlOrder, SqlQuery, SqlSelect, SqlStatement, SqlWindow } from './nodes.ts'

export interface PrintedSql {
  readonly text: string
  /** Values of `$1`, `$2` …: all of them VARCHAR. */
  readonly parameters: readonly string[]
}

export function printSql(statement: SqlStatement): PrintedSql {
  return new SqlPrinter().print(statement)
}

/**
 * Common tables that read others twice, each the one before, end in a copy for each way to them, and DuckDB's planner can
 * neither share these nor be interrupted: twenty such tables take minutes.
 */
const MOST_COPIES = 64

/** One SELECT a line, indented by depth; expressions on one line. */
class SqlPrinter {
  readonly #parameters = new Map<string, number>()
  /** How often the query (`''`) and each common table read relations, by name. */
  readonly #reads = new Map<string, Map<string, number>>()
  #reader = ''
  /** Common tables that hold parameters. */
  readonly #withTexts = new Set<string>()
  #holdsTexts = false
  #depth = 0

  print(statement: SqlStatement): PrintedSql {
    const bodies = statement.ctes.map((cte) => ({ cte, text: this.#body(cte) }))
    const query = this.#query(statement.query)
    const materialized = this.#materialized(statement.ctes)
    const ctes = bodies.map(
      ({ cte, text }) =>
        `${quoteIdentifier(cte.name)}${keysText(cte)} AS ${materialized.has(cte) ? 'MATERIALIZED ' : ''}(${text})`,
    )
    const isRecursive = statement.ctes.some((cte) => cte.isRecursive === true)
    const text = `${ctes.length === 0 ? '' : `WITH ${isRecursive ? 'RECURSIVE ' : ''}${ctes.join(',\n')}\n`}${query}`
    return { text, parameters: [...this.#parameters.keys()] }
  }

  /** Notes whether a parameter stands in it, or in what it reads. */
  #body(cte: SqlCte): string {
    this.#holdsTexts = false
    this.#reader = cte.name
    const text = this.#nested(cte.query)
    this.#reader = ''
    if (this.#holdsTexts) this.#withTexts.add(cte.name)
    return text
  }

  #noteRead(name: string): void {
    const reads = this.#reads.get(this.#reader) ?? new Map<string, number>()
    this.#reads.set(this.#reader, reads.set(name, (reads.get(name) ?? 0) + 1))
  }

  /**
   * DuckDB 1.5.5 may inline a common table by copying its plan, and parameters of a copied plan are NULL (no error: a
   * filter then finds nothing). It copies what is read more than once (optimizer `cte_inlining`, seen under a LIMIT).
   */
  #materialized(ctes: readonly SqlCte[]): ReadonlySet<SqlCte> {
    const found = new Set<SqlCte>()
    const [readers, copies] = [new Map<string, number>(), new Map<string, number>()]
    const count = (reader: string, times: number): void => {
      for (const [name, reads] of this.#reads.get(reader) ?? []) {
        readers.set(name, (readers.get(name) ?? 0) + reads)
        copies.set(name, (copies.get(name) ?? 0) + reads * times)
      }
    }
    count('', 1)
    // Each reads only those before it, or itself.
    for (const cte of ctes.toReversed()) {
      const [read = 0, copied = 0] = [readers.get(cte.name), copies.get(cte.name)]
      const mayLoseTexts = this.#withTexts.has(cte.name) && cte.isRecursive !== true && read > 1
      if (cte.isMaterialized || mayLoseTexts || copied > MOST_COPIES) found.add(cte)
      count(cte.name, found.has(cte) ? 1 : copied)
    }
    return found
  }

  #nested(query: SqlQuery): string {
    this.#depth++
    const text = `\n${'  '.repeat(this.#depth)}${this.#query(query)}`
    this.#depth--
    return text
  }

  #query(query: SqlQuery): string {
    switch (query.kind) {
      case 'select':
        return this.#select(query)
      case 'union-all':
        return query.queries.map((part) => this.#query(part)).join(`\n${'  '.repeat(this.#depth)}UNION ALL `)
      case 'values':
        return this.#values(query.columns, query.rows)
    }
  }

  #values(columns: readonly string[], rows: readonly (readonly SqlExpr[])[]): string {
    const names = columns.map(quoteIdentifier).join(', ')
    const tuples = rows.map((row) => `(${this.#list(row)})`).join(', ')
    return `SELECT * FROM (VALUES ${tuples}) AS v(${names})`
  }

  #select(select: SqlSelect): string {
    const outputs = select.outputs.map(({ value, alias }) => `${this.#expr(value)} AS ${quoteIdentifier(alias)}`)
    const distinct = select.distinctOn === undefined ? '' : `DISTINCT ON (${this.#list(select.distinctOn)}) `
    const clauses = [`SELECT ${distinct}${[...(select.star ? ['*'] : []), ...outputs].join(', ')}`]
    if (select.from !== undefined) clauses.push(`FROM ${this.#from(select.from)}`)
    if (select.where.length > 0) clauses.push(`WHERE ${select.where.map((where) => this.#expr(where)).join(' AND ')}`)
    if (select.groupBy !== undefined && select.groupBy.length > 0)
      clauses.push(`GROUP BY ${this.#list(select.groupBy)}`)
    if (select.orderBy !== undefined && select.orderBy.length > 0)
      clauses.push(`ORDER BY ${this.#order(select.orderBy)}`)
    if (select.limit !== undefined) clauses.push(`LIMIT ${select.limit}`)
    return clauses.join(' ')
  }

  #from(from: SqlFrom): string {
    switch (from.kind) {
      case 'relation':
        this.#noteRead(from.name)
        this.#holdsTexts ||= this.#withTexts.has(from.name)
        return `${from.isRecurring === true ? 'recurring.' : ''}${quoteIdentifier(from.name)} AS ${quoteIdentifier(from.alias)}`
      case 'query':
        return `(${this.#nested(from.query)}) AS ${quoteIdentifier(from.alias)}`
      case 'join': {
        const on = from.on === undefined ? '' : ` ON ${this.#expr(from.on)}`
        return `${this.#from(from.left)} ${from.join} JOIN ${this.#from(from.right)}${on}`
      }
      case 'function': {
        const alias = `${quoteIdentifier(from.alias)}(${quoteIdentifier(from.column)})`
        return `${from.name}(${this.#list(from.args)}) AS ${alias}`
      }
      case 'lateral':
        return `${this.#from(from.left)}, LATERAL (${this.#nested(from.query)}) AS ${quoteIdentifier(from.alias)}`
    }
  }

  #list(expressions: readonly SqlExpr[]): string {
    return expressions.map((expression) => this.#expr(expression)).join(', ')
  }

  #order(keys: readonly SqlOrder[]): string {
    return keys
      .map(
        ({ value, descending, nullsFirst }) =>
          `${this.#expr(value)} ${descending ? 'DESC' : 'ASC'} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`,
      )
      .join(', ')
  }

  #expr(expr: SqlExpr): string {
    switch (expr.kind) {
      case 'column':
        return expr.table === undefined
          ? quoteIdentifier(expr.name)
          : `${quoteIdentifier(expr.table)}.${quoteIdentifier(expr.name)}`
      case 'stored':
        return `(${expr.sql})`
      case 'text':
        return `${isPlain(expr.value) ? quoteText(expr.value) : this.#parameter(expr.value)}::VARCHAR`
      case 'integer':
        return expr.value < 0n ? `(${expr.value})::${expr.type}` : `${expr.value}::${expr.type}`
      case 'double':
        return printDouble(expr.value)
      case 'boolean':
        return expr.value ? 'true' : 'false'
      case 'null':
        return `NULL::${expr.type}`
      case 'call':
        return this.#call(expr)
      case 'infix':
        return `(${this.#expr(expr.left)} ${expr.operator} ${this.#expr(expr.right)})`
      case 'prefix':
        return `(${expr.operator} ${this.#expr(expr.operand)})`
      case 'is-null':
        return `(${this.#expr(expr.operand)} IS ${expr.negated ? 'NOT ' : ''}NULL)`
      case 'cast':
        return `${expr.isTry ? 'TRY_CAST' : 'CAST'}(${this.#expr(expr.operand)} AS ${expr.type})`
      case 'case':
        return this.#case(expr)
      case 'in-list':
        return `(${this.#expr(expr.needle)} IN (${this.#list(expr.items)}))`
      case 'in-query':
        return `(${this.#expr(expr.needle)} IN (${this.#nested(expr.query)}))`
      case 'scalar-query':
        return `(${this.#nested(expr.query)})`
      case 'lambda':
        return `lambda ${expr.parameters.map(quoteIdentifier).join(', ')}: ${this.#expr(expr.body)}`
      case 'list':
        return `[${this.#list(expr.items)}]`
      case 'star':
        return '*'
    }
  }

  #call(expr: Extract<SqlExpr, { kind: 'call' }>): string {
    const order =
      expr.orderBy === undefined || expr.orderBy.length === 0 ? '' : ` ORDER BY ${this.#order(expr.orderBy)}`
    const filter = expr.filter === undefined ? '' : ` FILTER (WHERE ${this.#expr(expr.filter)})`
    const over = expr.over === undefined ? '' : ` OVER (${this.#window(expr.over)})`
    return `${expr.name}(${expr.distinct === true ? 'DISTINCT ' : ''}${this.#list(expr.args)}${order})${filter}${over}`
  }

  #window(window: SqlWindow): string {
    const clauses: string[] = []
    if (window.partitionBy !== undefined && window.partitionBy.length > 0) {
      clauses.push(`PARTITION BY ${this.#list(window.partitionBy)}`)
    }
    if (window.orderBy.length > 0) clauses.push(`ORDER BY ${this.#order(window.orderBy)}`)
    if (window.frame !== undefined) clauses.push(window.frame)
    return clauses.join(' ')
  }

  #case(expr: Extract<SqlExpr, { kind: 'case' }>): string {
    const whens = expr.whens.map(({ when, then }) => `WHEN ${this.#expr(when)} THEN ${this.#expr(then)}`)
    return `(CASE ${whens.join(' ')} ELSE ${this.#expr(expr.otherwise)} END)`
  }

  #parameter(value: string): string {
    this.#holdsTexts = true
    let index = this.#parameters.get(value)
    if (index === undefined) {
      index = this.#parameters.size + 1
      this.#parameters.set(value, index)
    }
    return `$${index}`
  }
}

function keysText({ keys }: SqlCte): string {
  return keys === undefined ? '' : ` USING KEY (${keys.map(quoteIdentifier).join(', ')})`
}

/**
 * Such texts stand in the statement: DuckDB folds constants, pushes them into scans and makes regular expressions ready
 * once, none of which it does with parameters (a tenth of the time of a short query, half of its planning). A NUL would
 * end the statement, and long texts are better not parsed.
 */
const LONGEST_LITERAL = 10_000
const isPlain = (value: string): boolean => value.length <= LONGEST_LITERAL && !value.includes('\0')

const quoteText = (value: string): string => `'${value.replaceAll("'", "''")}'`

function printDouble(value: number): string {
  // With an exponent DuckDB reads a double; without one a DECIMAL, whose conversion may miss the last bit.
  if (Object.is(value, -0)) return '(-0e0)::DOUBLE'
  if (Number.isFinite(value)) return `(${value}${/e/.test(String(value)) ? '' : 'e0'})::DOUBLE`
  return Number.isNaN(value) ? "'nan'::DOUBLE" : value > 0 ? "'inf'::DOUBLE" : "'-inf'::DOUBLE"
}
