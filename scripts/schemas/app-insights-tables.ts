/**
 * Tables of a classic Application Insights resource by their older names, which its queries still use; columns and types as on
 * https://learn.microsoft.com/azure/azure-monitor/app/convert-classic-resource (legacy tables). They have `timestamp` and none of a
 * workspace's own columns.
 */
const COMMON =
  'customDimensions:j operation_Name operation_Id operation_ParentId operation_SyntheticSource session_Id user_Id ' +
  'user_AuthenticatedId user_AccountId application_Version client_Type client_Model client_OS client_IP client_City ' +
  'client_StateOrProvince client_CountryOrRegion client_Browser cloud_RoleName cloud_RoleInstance appId appName iKey sdkVersion ' +
  'itemId itemType itemCount:i _ResourceId'

const OWN: Readonly<Record<string, string>> = {
  availabilityResults: 'id name location success message duration:r performanceBucket size:r customMeasurements:j',
  browserTimings:
    'name url networkDuration:r sendDuration:r receiveDuration:r processingDuration:r totalDuration:r performanceBucket ' +
    'customMeasurements:j',
  customEvents: 'name customMeasurements:j',
  customMetrics: 'name value:r valueCount:i valueSum:r valueMin:r valueMax:r valueStdDev:r',
  dependencies: 'id target type name data success resultCode duration:r performanceBucket customMeasurements:j',
  exceptions:
    'problemId handledAt type message assembly method outerType outerMessage outerAssembly outerMethod innermostType ' +
    'innermostMessage innermostAssembly innermostMethod severityLevel:i details:j customMeasurements:j',
  pageViews: 'id name url duration:r performanceBucket customMeasurements:j',
  performanceCounters: 'name category counter instance value:r',
  requests: 'id source name url success resultCode duration:r performanceBucket customMeasurements:j',
  traces: 'message severityLevel:i customMeasurements:j',
}

export const APP_INSIGHTS_TABLES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(OWN).map(([name, columns]) => [name, `timestamp:t ${columns} ${COMMON}`]),
)
