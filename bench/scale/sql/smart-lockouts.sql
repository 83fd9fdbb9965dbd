-- Hunting Queries/SigninLogs/SmartLockouts.yaml
SELECT *, UserPrincipalName AS AccountCustomEntity, IPAddress AS IPCustomEntity
FROM SigninLogs
WHERE TimeGenerated >= window_from() AND TimeGenerated < window_to() AND ResultType = '50053'
