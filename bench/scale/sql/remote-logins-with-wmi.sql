-- Hunting Queries/SecurityEvent/RemoteLoginPerformedwithWMI.yaml
SELECT EventID, Computer, TargetUserName, TargetLogonId, LogonTypeName, IpAddress, ProcessName,
  min(TimeGenerated) AS StartTime, max(TimeGenerated) AS EndTime
FROM SecurityEvent
WHERE TimeGenerated >= window_from() AND TimeGenerated < window_to() AND EventID IN (4624, 4625) AND suffix(ProcessName, 'WmiPrvSE.exe')
GROUP BY ALL
