-- Hunting Queries/Microsoft 365 Defender/Campaigns/Bazacall/Renamed Rclone Exfil.yaml
SELECT *
FROM DeviceProcessEvents
WHERE TimeGenerated >= window_from() AND TimeGenerated < window_to() AND contains(lower(ProcessVersionInfoProductName), 'rclone')
  AND regexp_matches(ProcessVersionInfoProductName, '(?i)\brclone\b') AND NOT regexp_matches(FileName, '(?i)\brclone\b')
