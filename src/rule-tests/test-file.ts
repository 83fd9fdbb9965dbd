import type { Span } from '../domain/diagnostic.ts'
import type { Instant, Window } from '../domain/time.ts'

/** A value of a YAML file; integers are `bigint`, so that a `long` keeps its digits. */
export type FixtureValue =
  string | number | bigint | boolean | null | readonly FixtureValue[] | { readonly [key: string]: FixtureValue }

export type FixtureRow = { readonly [column: string]: FixtureValue }

/** The rows of a table: written in the test, each with its place there, or a table file (absolute path, and as messages show it). */
export type FixtureTable =
  | { readonly kind: 'rows'; readonly rows: readonly FixtureRow[]; readonly places: readonly Span[] }
  | { readonly kind: 'file'; readonly path: string; readonly shown: string }

/** Which time a test plays in: a slot of the rule's schedule, or a window as `hunt run --from --to` takes it. */
export type TestTime =
  { readonly kind: 'slot'; readonly at: Instant } | { readonly kind: 'window'; readonly window: Window }

/** One expected entity: its type and the identifiers that must be filled so. */
export interface ExpectedEntity {
  readonly type: string
  readonly identifiers: Readonly<Record<string, string>>
}

/** A number checks how many there are; a list also says what each of them has. */
export type ExpectedItems = { readonly count: number; readonly items: readonly FixtureRow[] | undefined }

/** Undefined parts are not checked. */
export interface Expectation {
  readonly status: 'complete' | 'partial' | 'failed' | undefined
  readonly findings: ExpectedItems | undefined
  /** What exclusions hid; `ExcludedBy` beside the columns is the name of one of them. */
  readonly excluded: ExpectedItems | undefined
  readonly entities: readonly ExpectedEntity[] | undefined
  readonly alerts: ExpectedItems | undefined
  readonly incidents: ExpectedItems | undefined
  /** Each is a part of one warning, and every warning has one. */
  readonly warnings: readonly string[] | undefined
  /** Code of the error with which the run fails. */
  readonly error: string | undefined
}

export interface RuleTest {
  readonly name: string
  readonly time: TestTime
  readonly tables: ReadonlyMap<string, FixtureTable>
  /** Names of the exclusions that are in force, whatever their file says; undefined leaves it to the file. */
  readonly exclusions: readonly string[] | undefined
  readonly expect: Expectation
  readonly span: Span
}

/** A `*.test.yaml` file: tests of one rule. */
export interface RuleTestFile {
  /** As messages show it. */
  readonly file: string
  /** Id, name or path as written; undefined means the rule file next to the test file. */
  readonly rule: string | undefined
  readonly ruleSpan: Span
  readonly tests: readonly RuleTest[]
}
