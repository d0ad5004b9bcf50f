-- The health of a SealedSecret for Argo CD, in place of its own, which knows neither generations nor what is tried again by itself.
-- It belongs into the ConfigMap argocd-cm, under the key resource.customizations.health.bitnami.com_SealedSecret.
-- Under the controller of Bitnami, which has the condition Synced alone, that decides.
local status = obj.status or {}
local conditions = {}
for _, condition in ipairs(status.conditions or {}) do
  conditions[condition.type] = condition
end

local function is(type, value)
  return conditions[type] ~= nil and conditions[type].status == value
end

local function health(name, message)
  return {status = name, message = message or ""}
end

if status.observedGeneration ~= nil and status.observedGeneration ~= obj.metadata.generation then
  return health("Progressing", "the controller has not looked at this generation yet")
end
if is("Stalled", "True") then
  return health("Degraded", conditions.Stalled.message)
end
if is("Reconciling", "True") then
  return health("Progressing", conditions.Reconciling.message)
end
local decisive = conditions.Ready or conditions.Synced
if decisive ~= nil and decisive.status == "True" then
  return health("Healthy")
end
if decisive ~= nil and decisive.status == "False" then
  return health("Degraded", decisive.message)
end
return health("Progressing", "the controller has not looked at it yet")
