-- Hunting Queries/SecurityEvent/UserCreatedByUnauthorizedUser.yaml
SELECT TimeGenerated, Computer, Account, SubjectUserName, SubjectDomainName, TargetAccount, EventID, Activity
FROM SecurityEvent
WHERE TimeGenerated >= window_from() AND TimeGenerated < window_to() AND EventID = 4720 AND AccountType = 'User'
  AND (SubjectUserName, SubjectDomainName) NOT IN (VALUES ('bob', 'DOMAIN'), ('joe', 'DOMAIN'), ('matt', 'DOMAIN'))
