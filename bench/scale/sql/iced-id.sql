-- Hunting Queries/Microsoft 365 Defender/Ransomware/IcedId Delivery.yaml
SELECT *
FROM DeviceFileEvents
WHERE TimeGenerated >= window_from() AND TimeGenerated < window_to() AND lower(InitiatingProcessFileName) IN ('msedge.exe', 'chrome.exe', 'explorer.exe', '7zfm.exe', 'firefox.exe', 'browser_broker.exe')
  AND regexp_matches(FileOriginReferrerUrl, '(?i)\.php\b') AND regexp_matches(FileOriginReferrerUrl, '(?i)\.top\b')
  AND regexp_matches(FileOriginUrl, '(?i)\b(googleusercontent|google|docs)\b')
