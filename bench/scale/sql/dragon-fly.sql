-- Hunting Queries/Microsoft 365 Defender/Campaigns/Dragon Fly.yaml
SELECT *
FROM DeviceProcessEvents
WHERE TimeGenerated >= window_from() AND TimeGenerated < window_to() AND lower(FileName) = 'crackmapexec.exe'
ORDER BY Timestamp DESC
LIMIT 100
