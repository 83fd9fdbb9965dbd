-- Hunting Queries/Microsoft 365 Defender/Campaigns/Ransomware hits healthcare - Clearing of system logs.yaml
SELECT *
FROM DeviceProcessEvents
WHERE TimeGenerated >= window_from() AND TimeGenerated < window_to() AND lower(FileName) = 'fsutil.exe'
  AND regexp_matches(ProcessCommandLine, '(?i)\busn\b') AND regexp_matches(ProcessCommandLine, '(?i)\bdeletejournal\b')
