-- queries/azure-run-command/linked-with-mde.yaml, written by hand.
WITH
operations AS (
  SELECT
    CorrelationId,
    lower(OperationNameValue) AS OperationName,
    lower(Scope) AS VmScope,
    min(TimeGenerated) AS StartTime,
    max(TimeGenerated) AS LastTime,
    CASE
      WHEN count(*) FILTER (Status IN ('success', 'succeeded')) > 0 THEN 'succeeded'
      WHEN count(*) FILTER (Status IN ('failure', 'failed')) > 0 THEN 'failed'
      ELSE 'running'
    END AS Outcome,
    max(Caller) AS Caller,
    max(CallerIpAddress) AS CallerIpAddress,
    max(Claims) AS Claims,
    max(Scope) AS Scope
  FROM (
    SELECT
      *,
      lower(ActivityStatusValue) AS Status,
      coalesce(
        json_text("Authorization", '$.scope'),
        nullif(_ResourceId, ''),
        ResourceId
      ) AS Scope
    FROM AzureActivity
    WHERE TimeGenerated >= window_start() AND TimeGenerated < window_end()
      AND lower(OperationNameValue) IN (
        'microsoft.compute/virtualmachines/runcommand/action',
        'microsoft.compute/virtualmachines/runcommands/write',
        'microsoft.compute/virtualmachinescalesets/virtualmachines/runcommand/action',
        'microsoft.compute/virtualmachinescalesets/virtualmachines/runcommands/write'
      )
  )
  GROUP BY CorrelationId, lower(OperationNameValue), lower(Scope)
  HAVING count(*) FILTER (Status IN ('accept', 'accepted', 'success', 'succeeded')) > 0
),
machines AS MATERIALIZED (
  SELECT
    *,
    CASE WHEN Outcome = 'running' THEN StartTime + ticks(INTERVAL 90 MINUTE) ELSE LastTime END AS EndTime,
    regexp_extract(Scope, '(?i)/virtualMachines/([^/]+)', 1) AS Instance,
    lower(split_part(Instance, '.', 1)) AS VmHost,
    left(VmHost, 15) AS HostKey
  FROM operations
),
guest AS (
  SELECT
    DeviceId,
    DeviceName,
    TimeGenerated AS GuestTime,
    lower(
      regexp_extract(
        FolderPath,
        '(?i)(script\d+\.ps1|/var/lib/waagent/run-command(?:-handler)?/download/\S+/script\.sh)$',
        1
      )
    ) AS Script,
    'file' AS Kind,
    '' AS Detail,
    FileSize AS ScriptSize,
    SHA256 AS ScriptSha256
  FROM DeviceFileEvents
  WHERE TimeGenerated >= window_start() AND TimeGenerated < window_end()
    AND (lower(InitiatingProcessFileName) = 'runcommandextension.exe' OR contains(FolderPath, '/waagent/'))
    AND Script <> ''
  UNION ALL
  SELECT
    DeviceId,
    DeviceName,
    TimeGenerated,
    lower(regexp_extract(InitiatingProcessCommandLine, '(?i)-File\s+\S*?(script\d+\.ps1)', 1)) AS Script,
    'command',
    json_extract_string(AdditionalFields, '$.Command') AS Detail,
    NULL,
    ''
  FROM DeviceEvents
  WHERE TimeGenerated >= window_start() AND TimeGenerated < window_end()
    AND lower(ActionType) = 'powershellcommand'
    AND Script <> ''
    AND Detail <> ''
    AND NOT ends_with(lower(Detail), Script)
  UNION ALL
  SELECT
    DeviceId,
    DeviceName,
    TimeGenerated,
    lower(run_command_script(InitiatingProcessFileName, InitiatingProcessCommandLine)) AS Script,
    'process',
    ProcessCommandLine,
    NULL,
    ''
  FROM DeviceProcessEvents
  WHERE TimeGenerated >= window_start() AND TimeGenerated < window_end()
    AND lower(FileName) NOT IN ('conhost.exe', 'powershell.exe')
    AND Script <> ''
),
met AS (
  SELECT CorrelationId, VmScope, guest.*
  FROM machines
  JOIN (
    SELECT *, lower(split_part(DeviceName, '.', 1)) AS DeviceHost, left(DeviceHost, 15) AS HostKey FROM guest
  ) AS guest USING (HostKey)
  WHERE DeviceHost IN (VmHost, HostKey)
    AND GuestTime BETWEEN StartTime AND EndTime + ticks(INTERVAL 1 MINUTE)
  QUALIFY row_number() OVER (PARTITION BY DeviceId, GuestTime, Script, Kind, Detail ORDER BY StartTime DESC) = 1
),
evidence AS (
  SELECT
    CorrelationId,
    VmScope,
    DeviceName,
    Script,
    min(GuestTime) AS FirstSeenOnGuest,
    max(GuestTime) AS LastSeenOnGuest,
    max(ScriptSize) AS ScriptSize,
    max(ScriptSha256) AS ScriptSha256,
    array_to_string(list_sort(list(DISTINCT Kind)), ', ') AS GuestEvidence,
    coalesce(
      array_to_string(list_sort(list(DISTINCT Detail) FILTER (Kind = 'command'))[:500], ', '), ''
    ) AS Commands,
    coalesce(
      array_to_string(list_sort(list(DISTINCT Detail) FILTER (Kind = 'process'))[:100], chr(10)), ''
    ) AS Processes
  FROM met
  GROUP BY CorrelationId, VmScope, DeviceName, Script
),
listed AS (
  SELECT
    *,
    regexp_extract(Scope, '(?i)/virtualMachineScaleSets/([^/]+)', 1) AS ScaleSet,
    regexp_extract(VmScope, '^(.*/virtualmachines/[^/]+)', 1) AS VmResourceId
  FROM machines LEFT JOIN evidence USING (CorrelationId, VmScope)
)
SELECT
  StartTime,
  EndTime,
  Outcome,
  OperationName,
  Caller,
  CASE WHEN contains(Caller, '@') THEN split_part(Caller, '@', 1) ELSE '' END AS CallerName,
  CASE WHEN contains(Caller, '@') THEN split_part(Caller, '@', 2) ELSE '' END AS CallerUpnSuffix,
  coalesce(
    json_text(Claims, '$."http://schemas.microsoft.com/identity/claims/objectidentifier"'),
    CASE WHEN contains(Caller, '@') THEN '' ELSE Caller END
  ) AS CallerObjectId,
  CallerIpAddress,
  client_name(coalesce(json_text(Claims, '$.appid'), '')) AS Client,
  split_part(VmResourceId, '/', 3) AS SubscriptionId,
  split_part(VmResourceId, '/', 5) AS ResourceGroup,
  CASE WHEN ScaleSet = '' THEN Instance ELSE ScaleSet || '_' || Instance END AS VirtualMachineName,
  VmResourceId,
  coalesce(GuestEvidence, 'none') AS GuestEvidence,
  coalesce(DeviceName, '') AS DeviceName,
  coalesce(Script, '') AS Script,
  ScriptSize,
  coalesce(ScriptSha256, '') AS ScriptSha256,
  coalesce(sha256(upper(Commands) || '|' || coalesce(CAST(ScriptSize AS VARCHAR), '')), '') AS Fingerprint,
  coalesce(Commands, '') AS Commands,
  coalesce(Processes, '') AS Processes,
  FirstSeenOnGuest,
  LastSeenOnGuest,
  CorrelationId
FROM listed
ORDER BY StartTime
