-- Detections/SecurityEvent/NRT_base64_encoded_pefile.yaml
SELECT *
FROM SecurityEvent
WHERE TimeGenerated >= window_from() AND TimeGenerated < window_to() AND EventID = 4688 AND contains(lower(CommandLine), 'tvqqaamaaaaeaaa')
