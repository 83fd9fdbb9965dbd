-- Detections/CommonSecurityLog/CreepySnailURLParameters.yaml
SELECT TimeGenerated, DeviceVendor, DeviceProduct, DeviceAction, DestinationDnsDomain, DestinationIP, RequestURL, SourceIP,
  SourceHostName, RequestClientApplication
FROM CommonSecurityLog
WHERE TimeGenerated >= window_from() AND TimeGenerated < window_to() AND RequestMethod = 'GET'
  AND regexp_matches(RequestURL, '(?i)/ui/chk\b|\bmactok=|\bUsRnMe=|\bIlocalP=|\bkMnD=')
