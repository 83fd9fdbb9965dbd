-- queries/azure-run-command/correlated-process-execution.yaml, written by hand.
WITH
operations AS (
  SELECT
    CorrelationId,
    lower(OperationNameValue) AS OperationName,
    lower(Scope) AS VmScope,
    min(TimeGenerated) AS StartTime,
    max(TimeGenerated) AS LastTime,
    count(*) FILTER (Status IN ('success', 'succeeded', 'failure', 'failed')) AS Ends,
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
        'microsoft.compute/virtualmachines/runcommands/write'
      )
  )
  GROUP BY CorrelationId, lower(OperationNameValue), lower(Scope)
  HAVING count(*) FILTER (Status IN ('start', 'started')) > 0
    AND count(*) FILTER (Status IN ('accept', 'accepted', 'success', 'succeeded')) > 0
    AND min(TimeGenerated) < window_end() - ticks(INTERVAL 20 MINUTE)
),
machines AS (
  SELECT
    *,
    CASE
      WHEN Ends > 0 AND LastTime < StartTime + ticks(INTERVAL 15 MINUTE) THEN LastTime + ticks(INTERVAL 1 MINUTE)
      ELSE StartTime + ticks(INTERVAL 15 MINUTE)
    END AS Until,
    regexp_extract(Scope, '(?i)/virtualMachines/([^/]+)', 1) AS VirtualMachineName,
    lower(split_part(VirtualMachineName, '.', 1)) AS VmHost,
    left(VmHost, 15) AS HostKey
  FROM operations
),
processes AS (
  SELECT
    DeviceId,
    DeviceName,
    lower(split_part(DeviceName, '.', 1)) AS DeviceHost,
    left(DeviceHost, 15) AS HostKey,
    run_command_script(FileName, ProcessCommandLine) AS OwnScript,
    lower(
      coalesce(
        nullif(OwnScript, ''), run_command_script(InitiatingProcessFileName, InitiatingProcessCommandLine)
      )
    ) AS Script,
    OwnScript <> '' AS IsScript,
    TimeGenerated AS ProcessTime,
    ProcessId,
    FileName,
    ProcessCommandLine,
    AccountName AS ProcessAccount
  FROM DeviceProcessEvents
  WHERE TimeGenerated >= window_start() AND TimeGenerated < window_end()
    AND Script <> ''
),
met AS (
  SELECT machines.*, processes.* EXCLUDE (HostKey)
  FROM machines JOIN processes USING (HostKey)
  WHERE DeviceHost IN (VmHost, HostKey) AND ProcessTime BETWEEN StartTime AND Until
  QUALIFY row_number() OVER (PARTITION BY DeviceId, ProcessId, ProcessTime ORDER BY StartTime DESC) = 1
),
findings AS (
  SELECT
    CorrelationId,
    OperationName,
    StartTime,
    Caller,
    CallerIpAddress,
    Claims,
    VirtualMachineName,
    VmScope,
    DeviceId,
    DeviceName,
    Script,
    min(ProcessTime) AS ScriptTime,
    max(CASE WHEN IsScript THEN ProcessCommandLine ELSE '' END) AS ScriptCommandLine,
    list(DISTINCT ProcessCommandLine) FILTER (NOT IsScript AND lower(FileName) <> 'conhost.exe') AS Payload,
    max(ProcessAccount) AS ProcessAccount,
    regexp_extract(VmScope, '^(.*/virtualmachines/[^/]+)', 1) AS VmResourceId
  FROM met
  GROUP BY ALL
)
SELECT
  StartTime,
  ScriptTime,
  CAST(trunc((ScriptTime - StartTime) / ticks(INTERVAL 1 SECOND)) AS INTEGER) AS SecondsToScript,
  Caller,
  CASE WHEN contains(Caller, '@') THEN split_part(Caller, '@', 1) ELSE '' END AS CallerName,
  CASE WHEN contains(Caller, '@') THEN split_part(Caller, '@', 2) ELSE '' END AS CallerUpnSuffix,
  coalesce(
    json_text(Claims, '$."http://schemas.microsoft.com/identity/claims/objectidentifier"'),
    CASE WHEN contains(Caller, '@') THEN '' ELSE Caller END
  ) AS CallerObjectId,
  CallerIpAddress,
  client_name(coalesce(json_text(Claims, '$.appid'), '')) AS Client,
  OperationName,
  split_part(VmResourceId, '/', 3) AS SubscriptionId,
  split_part(VmResourceId, '/', 5) AS ResourceGroup,
  VirtualMachineName,
  VmResourceId,
  CASE WHEN ends_with(Script, '.sh') THEN 'Linux' ELSE 'Windows' END AS Platform,
  DeviceName,
  DeviceId,
  Script,
  ScriptCommandLine,
  coalesce(len(Payload), 0) AS PayloadCount,
  coalesce(array_to_string(list_sort(Payload)[:100], chr(10)), '') AS Payload,
  ProcessAccount,
  CorrelationId
FROM findings
ORDER BY StartTime
