/** Alerts know when they were raised and what their run searched; those of before were raised at their slot. */
export const sql = `
UPDATE alerts SET document = json_set(
  document,
  '$.raisedAt', json_extract(document, '$.slot'),
  '$.window', coalesce(
    (SELECT json_object('start', window_start, 'end', window_end) FROM runs WHERE runs.run_id = alerts.run_id AND window_start IS NOT NULL),
    json_object('start', json_extract(document, '$.firstActivity'), 'end', json_extract(document, '$.slot'))
  )
);
UPDATE outbox SET delivery = json_set(
  delivery,
  '$.incident.alerts', (
    SELECT json_group_array(json_set(
      entry.value,
      '$.raisedAt', json_extract(entry.value, '$.slot'),
      '$.window', json_object('start', json_extract(entry.value, '$.firstActivity'), 'end', json_extract(entry.value, '$.slot'))
    ))
    FROM json_each(delivery, '$.incident.alerts') AS entry
  )
) WHERE settled_at IS NULL;
`
