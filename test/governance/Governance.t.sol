// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";

import {GovernanceTimelock} from "../../contracts/governance/GovernanceTimelock.sol";
import {IParameters} from "../../contracts/governance/IParameters.sol";
import {ISelectorRegistry} from "../../contracts/governance/ISelectorRegistry.sol";
import {SupportGovernor, SupportSuite} from "../../contracts/governance/SupportGovernor.sol";
import {TechnicalGovernor} from "../../contracts/governance/TechnicalGovernor.sol";
import {INodeRegistry} from "../../contracts/registry/INodeRegistry.sol";
import {IReputation} from "../../contracts/reputation/IReputation.sol";
import {CorexToken} from "../../contracts/token/CorexToken.sol";
import {VotingPower} from "../../contracts/votes/VotingPower.sol";
import {Handler} from "../support/Handler.sol";
import {vm} from "../support/Vm.sol";
import {Sink, StandingDouble} from "./support/GovernanceDoubles.t.sol";

/// @dev Drives both stages with five people, in any order and at any time. What must fail in a state is tried in it.
contract GovernanceHandler is Handler {
    uint256 public constant PEOPLE = 5;
    address public constant TREASURY = address(0x7ea5);

    struct Path {
        uint256 id;
        uint256 salt;
        bool long;
        bool promoted;
        bool queued;
        bool executed;
        uint256 queuedAt;
        uint256 executedAt;
    }

    VotingPower public immutable votes = new VotingPower();
    CorexToken public immutable token;
    SupportGovernor public immutable support;
    TechnicalGovernor public immutable governor;
    GovernanceTimelock public immutable timelock;
    Sink public immutable sink;

    Path[] private _paths;

    // Ghosts.
    uint256 public executions;
    uint256 public bonds;
    uint256 public owed;
    mapping(uint256 id => mapping(address voter => uint256 count)) public voted;

    constructor() {
        StandingDouble standing = new StandingDouble();
        token = new CorexToken(address(this), votes);
        timelock = new GovernanceTimelock(7 days, 3 days, ISelectorRegistry(address(standing)), address(this));
        support = new SupportGovernor(
            SupportSuite({
                votes: votes,
                registry: INodeRegistry(address(standing)),
                reputation: IReputation(address(standing)),
                parameters: IParameters(address(standing)),
                token: token,
                treasury: TREASURY,
                policyRegistry: address(0xdead)
            })
        );
        governor = new TechnicalGovernor(votes, support, timelock, IParameters(address(standing)));
        timelock.grantRole(timelock.PROPOSER_ROLE(), address(governor));
        timelock.grantRole(timelock.CANCELLER_ROLE(), address(governor));
        timelock.grantRole(timelock.EXECUTOR_ROLE(), address(governor));
        timelock.renounceRole(timelock.DEFAULT_ADMIN_ROLE(), address(this));
        sink = new Sink(address(timelock));
        address[] memory excluded = new address[](2);
        (excluded[0], excluded[1]) = (address(this), address(support));
        votes.seal(address(token), address(this), address(0), excluded);
        for (uint256 i = 0; i < PEOPLE; ++i) {
            token.transfer(person(i), 100_000e18);
            votes.stakeChanged(person(i), 0, 50_000e18);
            vm.prank(person(i));
            votes.delegate(person(i));
            vm.prank(person(i));
            token.approve(address(support), type(uint256).max);
        }
        clock += 1 days;
        vm.warp(clock);
    }

    function warp(uint256 secondsAhead) external onTime {
        clock += bound(secondsAhead, 1, 6 days);
        vm.warp(clock);
    }

    function propose(uint256 who, bool long) external onTime {
        address author = person(who);
        uint256 salt = _paths.length + 1;
        if (support.liveProposalOf(author) != 0 || token.balanceOf(author) < 1_000e18) return;
        (address[] memory targets, uint256[] memory values, bytes[] memory datas) = _calls(salt, long);
        vm.prank(author);
        uint256 id = support.propose(targets, values, datas, "");
        _paths.push(Path(id, salt, long, false, false, false, 0, 0));
        bonds += 1_000e18;
        mustFail(author, address(governor), abi.encodeCall(governor.propose, (targets, values, datas, "")));
    }

    function voteSupport(uint256 which, uint256 who, uint8 choice) external onTime {
        _vote(support, which, who, choice);
    }

    function voteTechnical(uint256 which, uint256 who, uint8 choice) external onTime {
        if (_paths.length == 0 || !_paths[which % _paths.length].promoted) return;
        _vote(governor, which, who, choice);
    }

    function promote(uint256 which, address by) external onTime {
        if (_paths.length == 0) return;
        Path storage path = _paths[which % _paths.length];
        (address[] memory targets, uint256[] memory values, bytes[] memory datas) = _calls(path.salt, path.long);
        bytes memory call = abi.encodeCall(governor.promote, (targets, values, datas, ""));
        bool may =
            support.state(path.id) == IGovernor.ProposalState.Succeeded &&
                support.promotableUntil(path.id) >= clock &&
                !path.promoted;
        if (!may) return mustFail(by, address(governor), call);
        vm.prank(by);
        governor.promote(targets, values, datas, "");
        path.promoted = true;
    }

    function queue(uint256 which) external onTime {
        if (_paths.length == 0) return;
        Path storage path = _paths[which % _paths.length];
        (address[] memory targets, uint256[] memory values, bytes[] memory datas) = _calls(path.salt, path.long);
        bool may = path.promoted && governor.state(path.id) == IGovernor.ProposalState.Succeeded;
        bytes memory call = abi.encodeWithSignature(
            "queue(address[],uint256[],bytes[],bytes32)",
            targets,
            values,
            datas,
            keccak256("")
        );
        if (!may) return mustFail(address(this), address(governor), call);
        governor.queue(targets, values, datas, keccak256(""));
        path.queued = true;
        path.queuedAt = clock;
    }

    function execute(uint256 which) external onTime {
        if (_paths.length == 0) return;
        Path storage path = _paths[which % _paths.length];
        (address[] memory targets, uint256[] memory values, bytes[] memory datas) = _calls(path.salt, path.long);
        uint256 delay = path.long ? 14 days : 7 days;
        bool may = path.queued && !path.executed && clock >= path.queuedAt + delay;
        bytes memory call = abi.encodeWithSignature(
            "execute(address[],uint256[],bytes[],bytes32)",
            targets,
            values,
            datas,
            keccak256("")
        );
        if (!may) return mustFail(address(this), address(governor), call);
        governor.execute(targets, values, datas, keccak256(""));
        path.executed = true;
        path.executedAt = clock;
        ++executions;
    }

    function bypass(address stranger, uint256 which) external onTime {
        if (stranger == address(timelock) || stranger == address(governor) || stranger == address(this)) return;
        (address[] memory targets, uint256[] memory values, bytes[] memory datas) = _calls(which, false);
        mustFail(stranger, address(sink), datas[0]);
        mustFail(
            stranger,
            address(timelock),
            abi.encodeCall(timelock.scheduleBatch, (targets, values, datas, 0, 0, 30 days))
        );
        mustFail(stranger, address(timelock), abi.encodeCall(timelock.executeBatch, (targets, values, datas, 0, 0)));
        mustFail(stranger, address(governor), abi.encodeCall(governor.relay, (address(sink), 0, datas[0])));
        mustFail(stranger, address(governor), abi.encodeCall(governor.veto, (targets, values, datas, 0)));
    }

    function settle(uint256 which) external onTime {
        if (_paths.length == 0) return;
        Path storage path = _paths[which % _paths.length];
        IGovernor.ProposalState status = support.state(path.id);
        bool over = status != IGovernor.ProposalState.Pending && status != IGovernor.ProposalState.Active;
        if (!over || support.bondOf(path.id) == 0) {
            return mustFail(address(this), address(support), abi.encodeCall(support.settleBond, (path.id)));
        }
        uint256 before = token.balanceOf(TREASURY);
        support.settleBond(path.id);
        bonds -= 1_000e18;
        if (token.balanceOf(TREASURY) == before) owed += 1_000e18;
    }

    function withdraw(uint256 who) external onTime {
        owed -= support.withdrawBond(person(who));
    }

    function trade(uint256 from, uint256 to, uint256 amount) external onTime {
        vm.prank(person(from));
        token.transfer(person(to), bound(amount, 0, token.balanceOf(person(from)) / 4));
    }

    function pathCount() external view returns (uint256) {
        return _paths.length;
    }

    function pathOf(uint256 index) external view returns (Path memory) {
        return _paths[index];
    }

    function person(uint256 seed) public pure returns (address) {
        return address(uint160(0xbeef0000 + (seed % PEOPLE)));
    }

    function _vote(IGovernor which_, uint256 which, uint256 who, uint8 choice) private {
        if (_paths.length == 0) return;
        uint256 id = _paths[which % _paths.length].id;
        address voter = person(who);
        bool may = which_.state(id) == IGovernor.ProposalState.Active && !which_.hasVoted(id, voter);
        bytes memory call = abi.encodeCall(which_.castVote, (id, choice % 3));
        if (!may) return mustFail(voter, address(which_), call);
        vm.prank(voter);
        which_.castVote(id, choice % 3);
        if (address(which_) == address(governor)) ++voted[id][voter];
    }

    function _calls(
        uint256 salt,
        bool long
    ) private view returns (address[] memory targets, uint256[] memory values, bytes[] memory datas) {
        targets = new address[](1);
        values = new uint256[](1);
        datas = new bytes[](1);
        targets[0] = address(sink);
        datas[0] = long ? abi.encodeCall(sink.actLong, (salt, salt)) : abi.encodeCall(sink.act, (salt));
    }
}

contract GovernanceInvariants {
    GovernanceHandler private _handler;

    function setUp() public {
        _handler = new GovernanceHandler();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev G1 and INV-GOV-1, INV-GOV-6: what was executed had succeeded and been queued, and waited.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_GOV_1_and_6() public view {
        for (uint256 i = 0; i < _handler.pathCount(); ++i) {
            GovernanceHandler.Path memory path = _handler.pathOf(i);
            if (!path.executed) continue;
            require(path.promoted && path.queued, "INV-GOV-6");
            require(path.executedAt >= path.queuedAt + (path.long ? 14 days : 7 days), "INV-GOV-1");
        }
    }

    /// @dev G2 and G3: votes on a proposal are at most the past total, and nobody voted twice.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_G2_and_G3() public view {
        for (uint256 i = 0; i < _handler.pathCount(); ++i) {
            GovernanceHandler.Path memory path = _handler.pathOf(i);
            if (!path.promoted || _handler.governor().proposalSnapshot(path.id) >= _handler.clock()) continue;
            (uint256 against, uint256 inFavour, uint256 abstain) = _handler.governor().proposalVotes(path.id);
            uint256 snapshot = _handler.governor().proposalSnapshot(path.id);
            require(against + inFavour + abstain <= _handler.votes().getPastTotalSupply(snapshot), "G2");
            for (uint256 who = 0; who < _handler.PEOPLE(); ++who) {
                require(_handler.voted(path.id, _handler.person(who)) <= 1, "G3");
            }
        }
    }

    /// @dev INV-GOV-4: the first stage holds the bonds and what it owes.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_GOV_4() public view {
        uint256 held = _handler.token().balanceOf(address(_handler.support()));
        require(held == _handler.bonds() + _handler.owed(), "INV-GOV-4");
    }

    /// @dev INV-GOV-5: as many proposals in the second stage as were promoted.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_GOV_5() public view {
        uint256 promoted = 0;
        for (uint256 i = 0; i < _handler.pathCount(); ++i) if (_handler.pathOf(i).promoted) ++promoted;
        require(_handler.governor().promotedCount() == promoted, "INV-GOV-5");
    }

    /// @dev G6: every call that left the timelock is an executed proposal's.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_G6() public view {
        require(_handler.sink().calls() == _handler.executions(), "G6: calls");
        require(_handler.governor().executedCount() == _handler.executions(), "G6: count");
    }
}
