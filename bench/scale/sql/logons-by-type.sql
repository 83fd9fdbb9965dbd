-- Hunting Queries/SecurityEvent/User Logons By Logon Type.yaml
SELECT LogonTypeName, min(TimeGenerated) AS StartTimeUtc, max(TimeGenerated) AS EndTimeUtc, count(*) AS Amount
FROM SecurityEvent
WHERE TimeGenerated >= window_from() AND TimeGenerated < window_to() AND EventID IN (4624, 4625) AND AccountType = 'User'
GROUP BY ALL
