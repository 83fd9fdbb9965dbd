import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { append } from '../../../src/kql/duckdb/append.ts'
import { openTestEngine } from '../../support/kql.ts'

async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  // Finalizers run in later turns.
  for (let round = 0; round < 5; round++) {
    collect()
    await turn()
  }
}

const target = { table: 'appended', isTemporary: true }

test('rows that were appended are there', async (t) => {
  const { connection, close } = await openTestEngine()
  t.after(close)
  await connection.run('CREATE TEMP TABLE appended (x VARCHAR)')
  await append(connection, target, (appender) => {
    appender.appendVarchar('a')
    appender.endRow()
  })
  assert.deepEqual((await connection.runAndReadAll('FROM appended')).getRowsJson(), [['a']])
})

test('after a failure nothing is left that the garbage collector would write', async (t) => {
  const { connection, close } = await openTestEngine()
  t.after(close)
  await connection.run('CREATE TEMP TABLE appended (x VARCHAR, y VARCHAR)')
  for (const cells of [2, 3]) {
    const failing = append(connection, target, (appender) => {
      for (let cell = 0; cell < cells; cell++) {
        appender.appendVarchar('a')
        if (cell === 1) appender.endRow()
      }
      throw new Error('the reader went away')
    })
    await assert.rejects(failing, /the reader went away/)
  }
  await collectGarbage()
  assert.deepEqual((await connection.runAndReadAll('FROM appended')).getRowsJson(), [])
})
