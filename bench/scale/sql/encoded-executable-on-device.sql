-- Hunting Queries/Microsoft 365 Defender/Execution/Base64encodePEFile.yaml
SELECT *
FROM DeviceProcessEvents
WHERE TimeGenerated >= window_from() AND TimeGenerated < window_to() AND contains(lower(ProcessCommandLine), 'tvqqaamaaaaeaaa')
ORDER BY Timestamp DESC
LIMIT 1000
