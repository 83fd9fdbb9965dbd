/** Stands as the rule of incidents that are about hunt itself. No rule file can have it: ids of rules are GUIDs. */
export const HEALTH_RULE_ID = 'hunt-health'
