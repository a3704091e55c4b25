// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Votes} from "@openzeppelin/contracts/governance/utils/Votes.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC6372Utils} from "@openzeppelin/contracts/utils/ERC6372Utils.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";

import {BPS} from "../types/Units.sol";
import {IVotingPower, VoteSource} from "./IVotingPower.sol";
import {IVotingUnits} from "./IVotingUnits.sol";

/// @title VotingPower
/// @dev INVARIANTS
/// - INV-VOT-1: own units of an account == its CXT + its units of stake + its units of contribution; zero for an excluded account.
/// - INV-VOT-2: `totalSupply` == sum of own units of all accounts == sum of `totalOf` over the sources.
/// - INV-VOT-3: sum of `getVotes` over all delegates == `totalDelegated` <= `totalSupply`, now and at every past second.
/// - INV-VOT-4: contributions never grow beyond 15 % of all units.
/// - INV-VOT-5: units that came after a second count nothing at it; the past never changes.
/// @dev ROUNDING
/// - The share of contributions is rounded down.
/// @dev TRUST
/// - The sources are immutable contracts of this suite, fixed once by the deployment. Afterwards nobody has any power here.
/// @dev LIVENESS
/// - A report never reverts: differences are of what was reported before, and sums stay far below 2^208 (a hundred million units from
///   CXT, four times that from stake, 15 % from contributions).
contract VotingPower is IVotingPower, Votes {
    using Checkpoints for Checkpoints.Trace208;

    /// @inheritdoc IVotingPower
    uint256 public constant MAX_CONTRIBUTION_BPS = 1_500;

    /// @notice Longest list of accounts without units.
    uint256 public constant MAX_EXCLUDED = 40;

    address private immutable _sealer;

    IERC20 private _token;
    address private _vault;
    address private _contributions;

    /// @dev Sums of all accounts. One slot.
    uint128 private _totalStake;
    uint128 private _totalContribution;

    Checkpoints.Trace208 private _delegated;

    mapping(address account => bool excluded) private _excluded;
    mapping(VoteSource source => mapping(address account => Checkpoints.Trace208 units)) private _units;

    constructor() EIP712("Corex Voting Power", "1") {
        _sealer = msg.sender;
    }

    /// @inheritdoc IVotingPower
    function seal(address cxt, address vault, address contributions, address[] calldata excluded) external {
        // Check: the deploying account, once; the pool first, which holds everything.
        require(msg.sender == _sealer, VotingPowerOnlySealer(msg.sender));
        require(!isSealed(), VotingPowerSealed());
        uint256 length = excluded.length;
        require(length != 0 && length <= MAX_EXCLUDED, VotingPowerBadExclusion(address(0), length));
        bool whole = IERC20(cxt).balanceOf(excluded[0]) == IERC20(cxt).totalSupply();
        require(whole, VotingPowerBadExclusion(excluded[0], length));

        // Effect: for ever.
        _token = IERC20(cxt);
        _vault = vault;
        _contributions = contributions;
        for (uint256 i = 0; i < length; ++i) {
            address account = excluded[i];
            require(delegates(account) == address(0), VotingPowerBadExclusion(account, length));
            _excluded[account] = true;
        }

        emit Sealed(cxt, vault, contributions, excluded);
    }

    /// @inheritdoc IVotingUnits
    function tokenMoved(address from, address to, uint256 amount) external {
        // Check: the token.
        require(msg.sender == address(_token), VotingPowerOnlySource(VoteSource.Token, msg.sender));

        // Effect: what comes from or goes to an excluded account begins or ends here.
        if (_excluded[from]) from = address(0);
        if (_excluded[to]) to = address(0);
        _moveUnits(from, to, amount);
    }

    /// @inheritdoc IVotingUnits
    function stakeChanged(address account, uint256 oldUnits, uint256 newUnits) external {
        // Check: the vault, for an account that has units.
        require(msg.sender == _vault, VotingPowerOnlySource(VoteSource.Stake, msg.sender));
        if (oldUnits == newUnits || _excluded[account]) return;

        // Effect: casts are safe, see LIVENESS.
        _totalStake = uint128(_totalStake - oldUnits + newUnits);
        _changeUnits(VoteSource.Stake, account, oldUnits, newUnits);
    }

    /// @inheritdoc IVotingUnits
    function contributionChanged(
        address account,
        uint256 oldUnits,
        uint256 newUnits
    ) external returns (uint256 accepted) {
        // Check: the ledger of contributions, for an account that has units.
        require(msg.sender == _contributions, VotingPowerOnlySource(VoteSource.Contribution, msg.sender));
        if (_excluded[account]) return 0;

        // Check: more only within the share of all contributions.
        accepted = newUnits;
        if (newUnits > oldUnits) accepted = Math.min(newUnits, oldUnits + _contributionRoomDown());
        if (accepted == oldUnits) return accepted;

        // Effect: casts are safe, see LIVENESS.
        _totalContribution = uint128(_totalContribution - oldUnits + accepted);
        _changeUnits(VoteSource.Contribution, account, oldUnits, accepted);
    }

    /// @inheritdoc IVotingPower
    function sourceOf(VoteSource source) external view returns (address) {
        if (source == VoteSource.Token) return address(_token);
        return source == VoteSource.Stake ? _vault : _contributions;
    }

    /// @inheritdoc IVotingPower
    function isExcluded(address account) external view returns (bool) {
        return _excluded[account];
    }

    /// @inheritdoc IVotingPower
    function balanceOf(address account) external view returns (uint256 units) {
        return _getVotingUnits(account);
    }

    /// @inheritdoc IVotingPower
    function getPastUnits(address account, VoteSource source, uint256 timepoint) external view returns (uint256 units) {
        require(source != VoteSource.Token, VotingPowerNoHistory(source));
        return _units[source][account].upperLookupRecent(_validateTimepoint(timepoint));
    }

    /// @inheritdoc IVotingPower
    function totalOf(VoteSource source) external view returns (uint256 units) {
        if (source == VoteSource.Stake) return _totalStake;
        if (source == VoteSource.Contribution) return _totalContribution;
        return _getTotalSupply() - _totalStake - _totalContribution;
    }

    /// @inheritdoc IVotingPower
    function totalSupply() external view returns (uint256 units) {
        return _getTotalSupply();
    }

    /// @inheritdoc IVotingPower
    function totalDelegated() external view returns (uint256 units) {
        return _delegated.latest();
    }

    /// @inheritdoc IVotingPower
    function getPastTotalDelegated(uint256 timepoint) external view returns (uint256 units) {
        return _delegated.upperLookupRecent(_validateTimepoint(timepoint));
    }

    /// @inheritdoc IVotingPower
    function name() external pure returns (string memory) {
        return "Corex Voting Power";
    }

    /// @inheritdoc IVotingPower
    function symbol() external pure returns (string memory) {
        return "vCXT";
    }

    /// @inheritdoc IVotingPower
    function decimals() external pure returns (uint8) {
        return 18;
    }

    /// @inheritdoc IVotingPower
    function isSealed() public view returns (bool) {
        return address(_token) != address(0);
    }

    /// @inheritdoc IVotingPower
    function unitsOf(address account, VoteSource source) public view returns (uint256 units) {
        if (source != VoteSource.Token) return _units[source][account].latest();
        return _excluded[account] || !isSealed() ? 0 : _token.balanceOf(account);
    }

    /// @notice Seconds since 1970.
    function clock() public view override(IERC6372, Votes) returns (uint48) {
        return Time.timestamp();
    }

    /// @notice As of ERC-6372.
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public view override(IERC6372, Votes) returns (string memory) {
        return ERC6372Utils.timestampClockMode(clock);
    }

    /// @dev Refuses accounts without units, so that what is excluded can never become delegated.
    function _delegate(address account, address delegatee) internal override {
        require(!_excluded[account], VotingPowerExcluded(account));
        super._delegate(account, delegatee);
    }

    /// @dev Also keeps the history of what is delegated to anybody. Casts are safe, see LIVENESS.
    function _moveDelegateVotes(address from, address to, uint256 amount) internal override {
        super._moveDelegateVotes(from, to, amount);
        if (amount == 0 || (from == address(0)) == (to == address(0))) return;
        uint208 before = _delegated.latest();
        _delegated.push(clock(), from == address(0) ? before + uint208(amount) : before - uint208(amount));
    }

    function _getVotingUnits(address account) internal view override returns (uint256) {
        return
            unitsOf(account, VoteSource.Token) +
            unitsOf(account, VoteSource.Stake) +
            unitsOf(account, VoteSource.Contribution);
    }

    /// @dev Records the units of one account from one source. Cast is safe, see LIVENESS.
    function _changeUnits(VoteSource source, address account, uint256 oldUnits, uint256 newUnits) private {
        Checkpoints.Trace208 storage own = _units[source][account];
        own.push(clock(), uint208(own.latest() - oldUnits + newUnits));
        if (newUnits > oldUnits) _moveUnits(address(0), account, newUnits - oldUnits);
        else _moveUnits(account, address(0), oldUnits - newUnits);
    }

    function _moveUnits(address from, address to, uint256 amount) private {
        if (from == to || amount == 0) return;

        emit Transfer(from, to, amount);

        _transferVotingUnits(from, to, amount);
    }

    /// @dev By how much contributions may grow: c <= share x (others + c), so c <= others x share / (1 - share).
    function _contributionRoomDown() private view returns (uint256) {
        uint256 contribution = _totalContribution;
        uint256 others = _getTotalSupply() - contribution;
        return Math.saturatingSub((others * MAX_CONTRIBUTION_BPS) / (BPS - MAX_CONTRIBUTION_BPS), contribution);
    }
}
