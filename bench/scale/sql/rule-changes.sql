-- Hunting Queries/AzureActivity/AnalyticsRulesAdministrativeOperations.yaml
SELECT *, TimeGenerated AS timestamp, Caller AS AccountCustomEntity, CallerIpAddress AS IPCustomEntity
FROM AzureActivity
WHERE TimeGenerated >= window_from() AND TimeGenerated < window_to() AND Category = 'Administrative'
  AND OperationNameValue IN ('Microsoft.SecurityInsights/alertRules/write', 'Microsoft.SecurityInsights/alertRules/delete')
  AND ActivitySubstatusValue IN ('Created', 'OK')
ORDER BY TimeGenerated DESC
