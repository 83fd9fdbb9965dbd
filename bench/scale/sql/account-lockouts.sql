-- Hunting Queries/SecurityEvent/ADAccountLockouts.yaml
SELECT Activity, Account, TargetSid, TargetDomainName, SourceComputerId, Computer AS SourceDomainController,
  min(TimeGenerated) AS StartTime, max(TimeGenerated) AS EndTime, count(*) AS LockoutsCount
FROM SecurityEvent
WHERE TimeGenerated >= window_from() AND TimeGenerated < window_to() AND EventID = 4740
GROUP BY ALL
