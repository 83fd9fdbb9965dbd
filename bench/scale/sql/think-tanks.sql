-- Hunting Queries/Microsoft 365 Defender/Campaigns/APT29 thinktanks.yaml
SELECT *
FROM DeviceProcessEvents
WHERE TimeGenerated >= window_from() AND TimeGenerated < window_to() AND contains(lower(ProcessCommandLine), '-noni -ep bypass $')
ORDER BY Timestamp DESC
LIMIT 100
