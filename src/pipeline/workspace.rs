//! The repository with its plans, the user's settings, and the models, opened once per command.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::config::{Environment, FlagValue, Key, Layers, Mask, ModelSources, Models, Settings, mask_of, read_models_file};
use crate::context::{ContextError, resolve_argument};
use crate::llm::{Client, Options, Recorder, Replay};
use crate::plan::{EntityId, IdSource, Plan, PlanMeta, RepoPath};
use crate::store::Store;

use super::{Budget, Clock, Error};

/// What every pipeline works on.
pub struct Workspace {
    /// The plans.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    dir: PathBuf,
    env: Environment,
    flags: Vec<FlagValue>,
    client: Client,
    budget: Budget,
}

impl Workspace {
    /// Opens the repository that `dir` is in.
    pub fn open(dir: &Path, env: Environment, flags: Vec<FlagValue>) -> Result<Self, Error> {
        let (store, clock) = (Store::discover(dir)?, Clock::system());
        Ok(Self { store, clock, dir: dir.to_owned(), env, flags, client: new_client(), budget: Budget::default() })
    }

    /// The directory at hand, from the root; `None` at the root, in a bare repository, and outside of the working tree.
    pub fn folder(&self) -> Option<RepoPath> {
        let dir = self.dir.canonicalize().ok()?;
        let below = dir.strip_prefix(self.store.repo().work_dir()?).ok()?;
        RepoPath::from_bytes(std::os::unix::ffi::OsStrExt::as_bytes(below.as_os_str())).ok()
    }

    /// The directory that the settings limit the work to; a relative path counts from the root.
    pub fn context_dir(&self, settings: &Settings) -> Result<Option<RepoPath>, Error> {
        settings.text(Key::ContextDir).map_or(Ok(None), |word| self.directory(word))
    }

    /// The directory of the project that a word names, from the root where it is relative; none for the whole project.
    pub fn directory(&self, word: &str) -> Result<Option<RepoPath>, Error> {
        let Some(root) = self.store.repo().work_dir() else { return Ok(Some(word.parse().map_err(Error::Path)?)) };
        match resolve_argument(root, root, word) {
            Ok(dir) if root.join(dir.to_path_buf()).is_dir() => Ok(Some(dir)),
            Ok(_) => Err(ContextError::NoDirectory(word.to_owned()).into()),
            Err(ContextError::Root(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The settings in force, for a plan or without one.
    pub fn settings(&self, plan: Option<&PlanMeta>) -> Result<Settings, Error> {
        let git = self.store.repo().config_entries("plandex")?;
        Ok(Settings::load(&Layers { git: &git, plan, env: &|name| self.env.get(name).map(str::to_owned), flags: &self.flags })?)
    }

    /// Has what models are asked and answer written down, without keys, after what `path` holds.
    pub fn record(&mut self, path: &Path) -> Result<(), Error> {
        self.client = self.client.with_recorder(Recorder::append(path)?);
        Ok(())
    }

    /// Has models answered for by a recording; nobody is asked, and no key is needed.
    pub fn replay(&mut self, path: &Path) -> Result<(), Error> {
        self.client = self.client.with_replay(Replay::read(path)?);
        Ok(())
    }

    /// The client for requests to models, which knows no keys yet.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// What may be spent by these settings; all parts of a command share it.
    pub fn budget(&self, settings: &Settings) -> Budget {
        self.budget.limited(settings)
    }

    /// The models in force, every one with its key.
    pub async fn models(&self, client: &Client, settings: &Settings, plan: Option<&PlanMeta>) -> Result<Models, Error> {
        let models = models_in_force(&self.env, client, settings, plan).await?;
        if !client.is_replay() {
            models.require_keys()?;
        }
        Ok(models)
    }

    /// Hides the user's keys in what is stored without a model in force; a broken `models.yml` costs only the names that it adds.
    pub fn mask(&self) -> Mask {
        mask_of(&self.env).unwrap_or_else(|_| Mask::of(&self.env, []))
    }

    /// The variables of the environment.
    pub fn env(&self) -> &Environment {
        &self.env
    }

    /// Makes ids for `plan`, each greater than every one in it.
    pub fn ids(&self, plan: &Plan) -> impl FnMut() -> EntityId + use<> {
        let mut ids = IdSource::after(plan.last_id());
        let clock = self.clock.clone();
        move || ids.next(clock.now_ms(), clock.random())
    }
}

/// A client for requests to models that knows no keys yet.
pub fn new_client() -> Client {
    Client::new(Options::default(), Mask::default())
}

/// The models in force, with keys or without; asks model servers on this machine only if nothing is configured.
pub async fn models_in_force(env: &Environment, client: &Client, settings: &Settings, plan: Option<&PlanMeta>) -> Result<Models, Error> {
    let user = read_models_file(env)?;
    let none = BTreeMap::new();
    let overrides = plan.map_or(&none, |meta| &meta.models);
    let pack = settings.text(Key::ModelPack);
    let sources = ModelSources { env, user: user.as_deref(), pack, overrides, local: &[] };
    crate::llm::models(client, &sources).await.map_err(|error| error.in_file(env.models_file()).into())
}
