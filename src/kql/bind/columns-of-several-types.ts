import { listItems, type ForeignColumn, type ForeignList, type ForeignSymbol, type KustoLibrary } from './library.ts'

/** What the map holds under a name: one column, several of one type, or a dictionary of the types. */
type Held =
  ForeignColumn | (ForeignList<ForeignColumn> & { readonly tryGetValue?: undefined }) | { tryGetValue: unknown }

/** The service's map of the columns that a union or a search brings together. */
export interface ColumnMap {
  readonly _nameMap: {
    tryGetValue(name: string, found: { v?: Held }): boolean
    remove(name: string): boolean
  }
  /** Ours, of the map of a union over more columns than any workspace has. */
  isOfCatalogue?: boolean
  GetTypeKey(type: ForeignSymbol): ForeignSymbol
  AddRange(this: ColumnMap, columns: ForeignList<ForeignColumn>): void
  Add(this: ColumnMap, column: ForeignColumn): void
}

/**
 * `union *` over the catalogue of 1,100 tables has 40,000. It stands for the tables that a workspace has, so that there it does not
 * say whether a name has several types.
 */
const MOST_COLUMNS = 20_000

/**
 * A column of one name and two types becomes two in a union, `x_string` and `x_long`. Of the types that two tables share and a third
 * has not, the service makes a dictionary and then does not keep it (12.4.1), so that it went on with the first alone.
 */
export function splitColumnsOfSeveralTypes({ Binding }: KustoLibrary): void {
  const { prototype } = Binding.ColumnMap
  const addRange = prototype.AddRange
  prototype.AddRange = function (columns) {
    this.isOfCatalogue = columns.Count > MOST_COLUMNS
    addRange.call(this, columns)
  }
  const add = prototype.Add
  prototype.Add = function (column) {
    const known = this.isOfCatalogue === true ? [] : severalOfOneType(this, column.Name)
    const [first, ...others] = known
    if (first === undefined || this.GetTypeKey(first.Type) === this.GetTypeKey(column.Type)) {
      add.call(this, column)
      return
    }
    this._nameMap.remove(column.Name)
    for (const each of [first, column, ...others]) add.call(this, each)
  }
}

function severalOfOneType({ _nameMap: names }: ColumnMap, name: string): readonly ForeignColumn[] {
  const found: { v?: Held } = {}
  if (!names.tryGetValue(name, found) || found.v === undefined) return []
  return 'getItem' in found.v && found.v.tryGetValue === undefined ? listItems(found.v) : []
}
