-- queries/azure-run-command/powershell-on-windows.yaml, written by hand.
WITH
processes AS (
  SELECT *
  FROM DeviceProcessEvents
  WHERE TimeGenerated >= window_start() AND TimeGenerated < window_end()
),
scripts AS MATERIALIZED (
  SELECT
    TimeGenerated AS ScriptTime,
    DeviceId,
    DeviceName,
    split_part(DeviceName, '.', 1) AS HostName,
    lower(
      regexp_extract(
        ProcessCommandLine, '(?i)-ExecutionPolicy\s+Unrestricted\s+-File\s+\S*?(script\d+\.ps1)', 1
      )
    ) AS ScriptName,
    ProcessId,
    ProcessCommandLine,
    ProcessCreationTime,
    InitiatingProcessCommandLine AS ParentCommandLine,
    AccountName AS ProcessAccount
  FROM processes
  WHERE lower(FileName) IN ('powershell.exe', 'pwsh.exe')
    AND (
      lower(InitiatingProcessFileName) = 'runcommandextension.exe'
      OR lower(InitiatingProcessParentFileName) = 'runcommandextension.exe'
    )
    AND TimeGenerated < window_end() - ticks(INTERVAL 20 MINUTE)
    AND ScriptName <> ''
),
payloads AS (
  SELECT scripts.DeviceId, scripts.ProcessId, ScriptTime, list(DISTINCT child.ProcessCommandLine) AS Payload
  FROM scripts
  JOIN processes AS child
    ON child.DeviceId = scripts.DeviceId AND child.InitiatingProcessId = scripts.ProcessId
    AND child.TimeGenerated BETWEEN ScriptTime AND ScriptTime + ticks(INTERVAL 15 MINUTE)
  WHERE lower(child.InitiatingProcessFileName) IN ('powershell.exe', 'pwsh.exe')
    AND regexp_matches(child.InitiatingProcessCommandLine, '(?i)\bUnrestricted\b')
    AND lower(child.FileName) <> 'conhost.exe'
  GROUP BY ALL
)
SELECT
  ScriptTime,
  DeviceName,
  HostName,
  CASE WHEN contains(DeviceName, '.') THEN substr(DeviceName, length(HostName) + 2) ELSE '' END AS DnsDomain,
  DeviceId,
  ScriptName,
  ProcessCommandLine,
  ProcessId,
  ProcessCreationTime,
  ParentCommandLine,
  ProcessAccount,
  coalesce(len(Payload), 0) AS PayloadCount,
  coalesce(array_to_string(list_sort(Payload)[:100], chr(10)), '') AS Payload
FROM scripts LEFT JOIN payloads USING (DeviceId, ProcessId, ScriptTime)
ORDER BY ScriptTime
