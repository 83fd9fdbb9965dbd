-- queries/azure-run-command/shell-script-on-linux.yaml, written by hand.
WITH
processes AS (
  SELECT *
  FROM DeviceProcessEvents
  WHERE TimeGenerated >= window_start() AND TimeGenerated < window_end()
),
scripts AS MATERIALIZED (
  SELECT
    DeviceId,
    DeviceName,
    split_part(DeviceName, '.', 1) AS HostName,
    agent_script(ProcessCommandLine) AS ScriptPath,
    min(TimeGenerated) AS ScriptTime,
    min(ProcessId) AS ProcessId,
    min(ProcessCommandLine) AS ProcessCommandLine,
    min(ProcessCreationTime) AS ProcessCreationTime,
    max(InitiatingProcessCommandLine) AS ParentCommandLine,
    max(AccountName) AS ProcessAccount
  FROM processes
  WHERE lower(FileName) IN ('sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'busybox')
    AND contains(ProcessCommandLine, '/waagent/')
    AND lower(InitiatingProcessFileName) NOT IN ('sudo', 'su')
    AND ScriptPath <> ''
  GROUP BY ALL
  HAVING min(TimeGenerated) < window_end() - ticks(INTERVAL 20 MINUTE)
),
children AS (
  SELECT
    DeviceId,
    agent_script(InitiatingProcessCommandLine) AS ScriptPath,
    TimeGenerated AS ChildTime,
    ProcessCommandLine AS ChildCommandLine
  FROM processes
  WHERE lower(InitiatingProcessFileName) IN ('sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'busybox')
    AND contains(InitiatingProcessCommandLine, '/waagent/')
    AND NOT regexp_matches(ProcessCommandLine, '(?i)\bwaagent\b')
    AND ScriptPath <> ''
),
payloads AS (
  SELECT DeviceId, ScriptPath, list(DISTINCT ChildCommandLine) AS Payload
  FROM scripts JOIN children USING (DeviceId, ScriptPath)
  WHERE ChildTime BETWEEN ScriptTime AND ScriptTime + ticks(INTERVAL 15 MINUTE)
  GROUP BY ALL
)
SELECT
  ScriptTime,
  DeviceName,
  HostName,
  CASE WHEN contains(DeviceName, '.') THEN substr(DeviceName, length(HostName) + 2) ELSE '' END AS DnsDomain,
  DeviceId,
  ScriptPath,
  regexp_extract(ScriptPath, '^(.*)/[^/]+$', 1) AS ScriptFolder,
  'script.sh' AS ScriptName,
  ProcessCommandLine,
  ProcessId,
  ProcessCreationTime,
  ParentCommandLine,
  ProcessAccount,
  coalesce(len(Payload), 0) AS PayloadCount,
  coalesce(array_to_string(list_sort(Payload)[:100], chr(10)), '') AS Payload
FROM scripts LEFT JOIN payloads USING (DeviceId, ScriptPath)
ORDER BY ScriptTime
