// Sorting, filtering, opening and the theme of a report's page. It makes text nodes and attributes only, never markup.
'use strict'
;(() => {
  const root = document.documentElement
  root.dataset.script = 'on'
  const { incidents } = JSON.parse(document.getElementById('data').textContent)

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name)
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
    made.append(...children)
    return made
  }

  // The theme: what the system says, until the button is pressed.
  const button = document.getElementById('theme')
  const dark = window.matchMedia('(prefers-color-scheme: dark)')
  const isDark = () => (root.dataset.theme === undefined ? dark.matches : root.dataset.theme === 'dark')
  const showTheme = () => button.setAttribute('aria-pressed', String(isDark()))
  button.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark'
    showTheme()
  })
  dark.addEventListener('change', showTheme)
  showTheme()

  // Rows that belong together: a row and the detail that was opened below it.
  const groupsOf = (body) => {
    const groups = []
    for (const row of body.rows) {
      if (row.classList.contains('detail')) groups.at(-1).push(row)
      else groups.push([row])
    }
    return groups
  }

  function sortKey(row, index) {
    const cell = row.cells[index]
    const text = cell.dataset.sort ?? cell.textContent.trim()
    const number = Number(text.replaceAll(',', ''))
    return text !== '' && Number.isFinite(number) ? number : text.toLowerCase()
  }

  function compare(a, b) {
    if (typeof a === 'number' && typeof b === 'number') return a - b
    if (typeof a === typeof b) return a < b ? -1 : a > b ? 1 : 0
    return typeof a === 'number' ? -1 : 1
  }

  function sortBy(table, head, index) {
    const wasDescending = head.getAttribute('aria-sort') === 'descending'
    const isFirst = !head.hasAttribute('aria-sort')
    // Numbers are most wanted from the largest on.
    const descending = isFirst ? head.classList.contains('number') : !wasDescending
    for (const other of head.parentElement.cells) other.removeAttribute('aria-sort')
    head.setAttribute('aria-sort', descending ? 'descending' : 'ascending')
    const body = table.tBodies[0]
    const groups = groupsOf(body).map((rows) => ({ rows, key: sortKey(rows[0], index) }))
    groups.sort((a, b) => (descending ? compare(b.key, a.key) : compare(a.key, b.key)))
    body.append(...groups.flatMap(({ rows }) => rows))
    refresh(table)
  }

  for (const table of document.querySelectorAll('table[data-sortable]')) {
    ;[...table.tHead.rows[0].cells].forEach((head, index) => {
      const sorter = element('button', { type: 'button' }, head.textContent)
      sorter.addEventListener('click', () => sortBy(table, head, index))
      head.replaceChildren(sorter)
    })
  }

  // A long table shows its first rows, until the rest is asked for; a filter looks through all of them.
  const FIRST_ROWS = 25
  const texts = new WeakMap()
  const textOf = (row) => {
    if (!texts.has(row)) texts.set(row, `${row.textContent} ${row.dataset.words ?? ''}`.toLowerCase())
    return texts.get(row)
  }

  function refresh(table) {
    const input = document.querySelector(`[data-filters="${table.id}"]`)
    if (input === null) return
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean)
    const most = table.dataset.whole === undefined ? FIRST_ROWS : Infinity
    let fitting = 0
    let all = 0
    for (const [row, ...details] of groupsOf(table.tBodies[0])) {
      const fits = words.every((word) => textOf(row).includes(word))
      all += 1
      if (fits) fitting += 1
      for (const each of [row, ...details]) each.hidden = !fits || fitting > most
    }
    const shown = Math.min(fitting, most)
    document.querySelector(`[data-counts="${table.id}"]`).textContent =
      words.length > 0
        ? `${fitting} of ${all} fit${shown < fitting ? `, ${shown} shown` : ''}`
        : `${shown} of ${all} shown`
    const more = document.querySelector(`[data-shows="${table.id}"]`)
    more.hidden = shown === fitting
    more.textContent = `Show all ${fitting}`
  }

  for (const input of document.querySelectorAll('[data-filters]')) {
    const table = document.getElementById(input.dataset.filters)
    const more = element('button', { type: 'button', class: 'more-rows', 'data-shows': table.id })
    more.addEventListener('click', () => {
      table.dataset.whole = ''
      refresh(table)
      table.parentElement.focus()
    })
    table.parentElement.after(more)
    input.addEventListener('input', () => refresh(table))
    refresh(table)
  }

  // A technique, an entity of the table or of the graph leads to the incidents that name it.
  for (const link of document.querySelectorAll('[data-search]')) {
    link.addEventListener('click', () => {
      const input = document.querySelector('[data-filters="incident-table"]')
      if (input === null) return
      input.value = link.dataset.search
      refresh(document.getElementById('incident-table'))
    })
  }

  // The story of an incident, made when it is opened.
  // A few rows are read from top to bottom, many across.
  function rowsTable({ columns, rows }) {
    const across = () => {
      const head = element('tr', {}, ...columns.map((name) => element('th', { scope: 'col' }, name)))
      const lines = rows.map((row) => element('tr', {}, ...row.map((cell) => element('td', {}, cell))))
      return [element('thead', {}, head), element('tbody', {}, ...lines)]
    }
    const down = () => {
      const lines = columns.map((name, index) => {
        const cells = rows.map((row) => element('td', {}, row[index]))
        return element('tr', {}, element('th', { scope: 'row' }, name), ...cells)
      })
      return [element('tbody', {}, ...lines)]
    }
    const table = element('table', { class: 'rows' }, ...(rows.length <= 3 ? down() : across()))
    return element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Rows of the alert' }, table)
  }

  function alertBlock(alert) {
    const what = `${alert.raised} · ${alert.count} ${alert.count === 1 ? 'row' : 'rows'}`
    const block = element('div', {}, element('h3', {}, alert.title), element('span', { class: 'below' }, what))
    if (alert.rows.length > 0) block.append(rowsTable(alert))
    if (alert.remark !== null) block.append(element('span', { class: 'below' }, `Shown: ${alert.remark}.`))
    return block
  }

  function detailOf({ description, facts, alerts, moreAlerts }, width) {
    const list = element('dl')
    for (const [name, value] of facts) {
      if (value !== '') list.append(element('dt', {}, name), element('dd', {}, value))
    }
    const cell = element('td', { colspan: String(width) }, element('p', {}, description), list)
    cell.append(...alerts.map(alertBlock))
    if (moreAlerts > 0) cell.append(element('p', {}, `and ${moreAlerts} alerts more, which alerts.csv has`))
    return element('tr', { class: 'detail' }, cell)
  }

  for (const row of document.querySelectorAll('tr[data-incident]')) {
    const incident = incidents[row.dataset.incident]
    const title = row.querySelector('.title')
    const opener = element('button', { type: 'button', class: 'open', 'aria-expanded': 'false' }, title.textContent)
    title.replaceChildren(opener)
    let detail
    opener.addEventListener('click', () => {
      const isOpen = opener.getAttribute('aria-expanded') === 'true'
      opener.setAttribute('aria-expanded', String(!isOpen))
      if (isOpen) detail.remove()
      else {
        detail ??= detailOf(incident, row.cells.length)
        row.after(detail)
      }
    })
  }

  // The graph: a node and its neighbours come to the front.
  for (const graph of document.querySelectorAll('.graph')) {
    const pick = (number) => {
      graph.toggleAttribute('data-picked', number !== undefined)
      const near = new Set([number])
      for (const edge of graph.querySelectorAll('.edge')) {
        const ends = edge.dataset.ends.split(' ')
        const touches = number !== undefined && ends.includes(number)
        edge.classList.toggle('near', touches)
        if (touches) ends.forEach((end) => near.add(end))
      }
      for (const node of graph.querySelectorAll('.node')) node.classList.toggle('near', near.has(node.dataset.node))
    }
    for (const node of graph.querySelectorAll('.node')) {
      for (const name of ['pointerenter', 'focus']) node.addEventListener(name, () => pick(node.dataset.node))
      for (const name of ['pointerleave', 'blur']) node.addEventListener(name, () => pick(undefined))
    }
  }
})()
