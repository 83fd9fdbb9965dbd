import type { ScalarEntry } from '../../entry.ts'
import { constructionEntries } from './constructions.ts'
import { coveringEntries } from './coverings.ts'
import { geohashEntries } from './geohash.ts'
import { h3Entries } from './h3.ts'
import { geoInfoFromIpAddress } from './ip-location.ts'
import { measureEntries } from './measures.ts'
import { s2Entries } from './s2.ts'
import { geoFromWkt } from './wkt.ts'

export const geoEntries: readonly ScalarEntry[] = [
  ...coveringEntries,
  ...measureEntries,
  ...constructionEntries,
  ...geohashEntries,
  ...h3Entries,
  ...s2Entries,
  geoFromWkt,
  geoInfoFromIpAddress,
]
