-- Hunting Queries/SigninLogs/SuccessfulSigninFromNon-CompliantDevice.yaml
SELECT * EXCLUDE (DeviceDetail)
FROM SigninLogs
WHERE TimeGenerated >= window_from() AND TimeGenerated < window_to() AND ResultType = '0' AND json_extract_string(DeviceDetail, '$.isCompliant') = 'false'
