export { autoUpgradingWorkflowV1 as AutoUpgrading, pinnedWorkflowV1 as Pinned } from './workflows-base';
