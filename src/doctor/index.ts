export { isSick } from './diagnosis.ts'
export type { CheckStatus, Diagnosis, DoctorCheck, MatrixCell } from './diagnosis.ts'
export type { DoctorPorts, DoctorRequest, DoctorWorkspace, MachineProbe, QueryAnalysis } from './doctor-ports.ts'
export { examine } from './examine.ts'
