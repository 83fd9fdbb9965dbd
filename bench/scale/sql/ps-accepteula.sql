-- Hunting Queries/Microsoft 365 Defender/Campaigns/apt ta17 293a ps.yaml
SELECT *
FROM DeviceProcessEvents
WHERE TimeGenerated >= window_from() AND TimeGenerated < window_to() AND lower(ProcessCommandLine) = 'ps.exe -accepteula'
ORDER BY Timestamp DESC
LIMIT 100
