export { isSick } from './diagnosis.ts'
export type { CheckStatus, Diagnosis, DoctorCheck, MatrixCell } from './diagnosis.ts'
export type {
  DoctorPorts,
  DoctorRequest,
  DoctorWorkspace,
  KeptLogs,
  MachineProbe,
  QueryAnalysis,
} from './doctor-ports.ts'
export { neededTables, tablesIn } from './needed-tables.ts'
export type { RuleNeeds } from './needed-tables.ts'
export { examine } from './examine.ts'
