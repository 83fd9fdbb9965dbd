-- Hunting Queries/SigninLogs/DisabledAccountSigninAttempts.yaml
SELECT AppDisplayName, UserPrincipalName, min(TimeGenerated) AS StartTime, max(TimeGenerated) AS EndTime, count(*) AS count_
FROM SigninLogs
WHERE TimeGenerated >= window_from() AND TimeGenerated < window_to() AND ResultType = '50057'
  AND ResultDescription = 'User account is disabled. The account has been disabled by an administrator.'
GROUP BY ALL
ORDER BY count_ DESC
