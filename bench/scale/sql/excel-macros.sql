-- Hunting Queries/Microsoft 365 Defender/Campaigns/Bazacall/Excel Macro Execution.yaml
SELECT *
FROM DeviceProcessEvents
WHERE TimeGenerated >= window_from() AND TimeGenerated < window_to() AND lower(InitiatingProcessFileName) = 'excel.exe'
  AND regexp_matches(ProcessCommandLine, '(?i)\bmkdir\b') AND regexp_matches(ProcessCommandLine, '(?i)&& copy\b')
  AND regexp_matches(ProcessCommandLine, '(?i)\bcertutil\.exe\b')
