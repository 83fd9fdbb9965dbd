-- queries/azure-run-command/suspicious-login-window.yaml, written by hand.
WITH
sign_ins AS (
  SELECT
    lower(UserPrincipalName) AS CallerKey,
    TimeGenerated AS SignInTime,
    ActionType AS SignInAction,
    SourceIPAddress AS SignInIp,
    SourceIPLocation AS SignInCountry,
    lower(json_extract_string(ActivityInsights, '$.ActionUncommonlyPerformedByUser')) = 'true' AS UncommonAction,
    lower(json_extract_string(ActivityInsights, '$.FirstTimeUserConnectedFromCountry')) = 'true' AS FirstCountry,
    lower(json_extract_string(ActivityInsights, '$.CountryUncommonlyConnectedFromByUser')) = 'true' AS UncommonCountry,
    concat_ws(
      ', ',
      CASE WHEN UncommonAction THEN 'uncommon action' END,
      CASE WHEN FirstCountry THEN 'first time from country' END,
      CASE WHEN UncommonCountry THEN 'uncommon country' END
    ) AS SignInAnomaly,
    InvestigationPriority AS SignInPriority,
    coalesce(ActivityInsights, '') AS SignInInsights,
    coalesce(UsersInsights, '') AS UserInsights,
    SourceRecordId AS SignInRecordId
  FROM BehaviorAnalytics
  WHERE TimeGenerated >= window_start() AND TimeGenerated < window_end()
    AND lower(EventSource) IN ('azure ad', 'microsoft entra id')
    AND lower(ActivityType) = 'logon'
    AND (UncommonAction OR FirstCountry OR UncommonCountry)
    AND UserPrincipalName <> ''
),
operations AS (
  SELECT
    CorrelationId,
    lower(OperationNameValue) AS OperationName,
    lower(Scope) AS VmScope,
    min(TimeGenerated) AS StartTime,
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
  HAVING count(*) FILTER (Status IN ('start', 'started')) > 0
    AND count(*) FILTER (Status IN ('accept', 'accepted', 'success', 'succeeded')) > 0
),
met AS (
  SELECT
    *,
    regexp_extract(Scope, '(?i)/virtualMachineScaleSets/([^/]+)', 1) AS ScaleSet,
    regexp_extract(Scope, '(?i)/virtualMachines/([^/]+)', 1) AS Instance,
    regexp_extract(VmScope, '^(.*/virtualmachines/[^/]+)', 1) AS VmResourceId
  FROM operations JOIN sign_ins ON lower(Caller) = CallerKey
  WHERE StartTime BETWEEN SignInTime - ticks(INTERVAL 1 HOUR) AND SignInTime + ticks(INTERVAL 6 HOUR)
)
SELECT
  StartTime,
  Caller,
  split_part(Caller, '@', 1) AS CallerName,
  split_part(Caller, '@', 2) AS CallerUpnSuffix,
  coalesce(
    json_text(Claims, '$."http://schemas.microsoft.com/identity/claims/objectidentifier"'),
    ''
  ) AS CallerObjectId,
  CallerIpAddress,
  client_name(coalesce(json_text(Claims, '$.appid'), '')) AS Client,
  OperationName,
  split_part(VmResourceId, '/', 3) AS SubscriptionId,
  split_part(VmResourceId, '/', 5) AS ResourceGroup,
  CASE WHEN ScaleSet = '' THEN Instance ELSE ScaleSet || '_' || Instance END AS VirtualMachineName,
  VmResourceId,
  SignInTime,
  CAST(trunc((StartTime - SignInTime) / ticks(INTERVAL 1 MINUTE)) AS INTEGER) AS MinutesAfterSignIn,
  SignInAction,
  SignInIp,
  CallerIpAddress <> '' AND CallerIpAddress = SignInIp AS IpMatchesSignIn,
  SignInCountry,
  SignInAnomaly,
  SignInPriority,
  SignInInsights,
  UserInsights,
  SignInRecordId,
  CorrelationId
FROM met
ORDER BY SignInPriority DESC, StartTime
